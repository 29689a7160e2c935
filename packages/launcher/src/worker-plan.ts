import { z } from 'zod';
import { parseAs, parseJson, type WorkersSpec } from '@ganymede/core';
import { badWorkers } from './errors.js';

/** Which processes train a run, and what of it this command does. */
export type WorkerPlan =
  /** This process has all of it. */
  | { readonly kind: 'alone' }
  /** This process is one of several, which others start. */
  | { readonly kind: 'one'; readonly workers: WorkersSpec }
  /** This process starts them: so many on this machine, or one at each address. */
  | { readonly kind: 'launch'; readonly count: number; readonly addresses: readonly string[] | null };

export interface WorkerFlags {
  /** A number, or `host:port` of each, with commas. */
  readonly workers?: string | undefined;
  readonly rank?: string | undefined;
  /** Which start of the run this is, where its processes are started by others; 0 by default. */
  readonly generation?: string | undefined;
}

/** TensorFlow's own variable, as schedulers of its jobs set it; `worker` tasks alone. */
const tfConfig = z.object({
  cluster: z.object({ worker: z.array(z.string()) }),
  task: z.object({ type: z.string(), index: z.number() }),
});

/**
 * What `--workers` and `--rank` say, or TF_CONFIG where neither is given.
 * @throws BAD_ARGUMENTS
 */
export function workerPlan(
  { workers, rank, generation }: WorkerFlags,
  env: Readonly<Record<string, string | undefined>>,
): WorkerPlan {
  if (generation !== undefined && (rank === undefined || !/^\d{1,15}$/.test(generation)))
    throw badWorkers(`a whole number beside --rank for --generation, got ${generation}`);
  if (workers === undefined) {
    if (rank !== undefined) throw badWorkers('--workers beside --rank, got --rank alone');
    const text = env['TF_CONFIG'];
    return text === undefined || text === '' ? { kind: 'alone' } : planOfTensorFlow(text);
  }
  if (/^\d+$/.test(workers)) {
    const count = Number(workers);
    if (count < 1) throw badWorkers(`1 or more, got ${workers}`);
    if (rank !== undefined) throw badWorkers('an address for each beside --rank, got a number');
    return count === 1 ? { kind: 'alone' } : { kind: 'launch', count, addresses: null };
  }
  const addresses = workers.split(',').map((one) => one.trim());
  expectAddresses(addresses);
  if (rank === undefined) return { kind: 'launch', count: addresses.length, addresses };
  const number = /^\d+$/.test(rank) ? Number(rank) : NaN;
  if (!(number < addresses.length)) throw badWorkers(`--rank from 0 to ${addresses.length - 1}, got ${rank}`);
  const start = generation === undefined ? {} : { generation: Number(generation) };
  return { kind: 'one', workers: { addresses, rank: number, ...start } };
}

function planOfTensorFlow(text: string): WorkerPlan {
  const damaged = (got: string): Error => badWorkers(`TF_CONFIG with cluster.worker and task, got ${got}`);
  const { cluster, task } = parseAs(tfConfig, parseJson(text, damaged), damaged);
  if (task.type !== 'worker') throw damaged(`a task of type ${task.type}`);
  expectAddresses(cluster.worker);
  if (!(task.index >= 0 && task.index < cluster.worker.length)) throw damaged(`task.index ${task.index}`);
  return cluster.worker.length === 1
    ? { kind: 'alone' }
    : { kind: 'one', workers: { addresses: cluster.worker, rank: task.index } };
}

function expectAddresses(addresses: readonly string[]): void {
  const odd = addresses.find((one) => !isProcessAddress(one));
  if (odd !== undefined) throw badWorkers(`a number or addresses such as host:2222, got ${odd || 'nothing'}`);
  const twice = addresses.find((one, i) => addresses.indexOf(one) < i);
  if (twice !== undefined) throw badWorkers(`an address for each, got ${twice} twice`);
}

/** Whether a text is a `host:port`. */
export const isProcessAddress = (text: string): boolean => /^[^\s:]+:\d{1,5}$/.test(text);
