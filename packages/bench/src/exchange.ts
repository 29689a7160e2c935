import * as tf from '@tensorflow/tfjs';
import {
  upperMedian,
  type Backend,
  type Plugin,
  type PluginHost,
  type Replicas,
  type WorkersSpec,
} from '@ganymede/core';
import type { ResolvedConfig } from '@ganymede/config';
import { openBackend } from '@ganymede/runs';
import { meetWorkers } from '@ganymede/workers';

export interface ExchangeOptions {
  /** Its engine is the one that exchanges. */
  readonly config: ResolvedConfig;
  readonly plugins?: readonly Plugin[];
  /** The processes, this one among them. */
  readonly workers: WorkersSpec;
}

/** What a sum over all processes takes inside a compiled step. */
export interface ExchangeReport {
  readonly workers: number;
  /** Of few numbers: what a message costs. */
  readonly short: { readonly bytes: number; readonly seconds: number };
  /** Of 4 MB, as buckets of gradients have. */
  readonly long: { readonly bytes: number; readonly seconds: number };
  /** What one more short sum takes that does not wait for the others. */
  readonly besideSeconds: number;
}

/** Numbers of a tensor, and how many sums of it come on top in the larger of two compiled functions. */
const kinds = { short: { numbers: 8, more: 16 }, long: { numbers: 1 << 20, more: 8 } } as const;
const warmUp = 3;
const runs = 15;

/**
 * Measures sums over processes, each of which calls this: several in a compiled function less one, so that what starting the function
 * takes does not count.
 * @throws WORKERS_MISSING, WORKERS_UNSUPPORTED
 */
export async function measureExchange(
  host: PluginHost,
  { config, plugins = [], workers }: ExchangeOptions,
): Promise<ExchangeReport> {
  const now = (): number => host.clock.monotonic();
  const components = await host.open({ config, plugins });
  const { backend } = await openBackend(components, config.backend, workers);
  try {
    await meetWorkers({ ...workers, clock: host.clock });
    const measure = { backend, now };
    const seconds = (kind: keyof typeof kinds, sums = chain): Promise<number> =>
      secondsOfOneMore(measure, kinds[kind], (x, count) => sums(backend.replicas!, x, count));
    const [short, long, besideSeconds] = [
      await seconds('short'),
      await seconds('long'),
      await seconds('short', beside),
    ];
    return {
      workers: workers.addresses.length,
      short: { bytes: 4 * kinds.short.numbers, seconds: short },
      long: { bytes: 4 * kinds.long.numbers, seconds: long },
      besideSeconds,
    };
  } finally {
    backend.dispose();
  }
}

/** Sums one after the other. */
function chain(replicas: Replicas, x: tf.Tensor, count: number): tf.Tensor {
  let y = x;
  for (let i = 0; i < count; i++) y = replicas.mean(y);
  return y;
}

/** Sums that do not wait for one another. */
const beside = (replicas: Replicas, x: tf.Tensor, count: number): tf.Tensor =>
  tf.addN(Array.from({ length: count }, (_, i) => replicas.mean(tf.add(x, i))));

interface Measuring {
  readonly backend: Backend;
  readonly now: () => number;
}

async function secondsOfOneMore(
  measuring: Measuring,
  { numbers, more }: { readonly numbers: number; readonly more: number },
  sums: (x: tf.Tensor, count: number) => tf.Tensor,
): Promise<number> {
  const one = await secondsOf(measuring, numbers, (x) => sums(x, 1));
  const all = await secondsOf(measuring, numbers, (x) => sums(x, 1 + more));
  return Math.max((all - one) / more, 1e-9);
}

async function secondsOf(
  { backend, now }: Measuring,
  numbers: number,
  sums: (x: tf.Tensor) => tf.Tensor,
): Promise<number> {
  const step = ({ x }: tf.NamedTensorMap): tf.NamedTensorMap => ({ y: tf.slice(sums(x!), 0, 1) });
  const compiled = backend.compile(step, { name: 'exchange' });
  const x = tf.fill([numbers], 0.5);
  const seconds: number[] = [];
  try {
    for (let run = 0; run < warmUp + runs; run++) {
      const start = now();
      const { y } = await compiled.run({ x });
      await y!.data();
      seconds.push((now() - start) / 1000);
      y!.dispose();
    }
  } finally {
    compiled.dispose();
    x.dispose();
  }
  return upperMedian(seconds.slice(warmUp));
}
