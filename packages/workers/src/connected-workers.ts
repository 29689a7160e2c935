import { createHash } from 'node:crypto';
import * as tf from '@tensorflow/tfjs';
import type { Backend, CompiledStep, NamedTensors, NamedVariables, Replicas } from '@ganymede/core';
import { leaderFailed, workerGone, workersDiffer, workersDrifted } from './errors.js';
import type { StallWatch } from './stall-watch.js';
import type { Wishes, WorkerGroup } from './worker-group.js';

/** What the leader tells while the others wait for it. */
const waiting = { done: 0, working: 1, failed: 2 } as const;

export interface ConnectedWorkersOptions {
  /** Activated with workers. */
  readonly backend: Backend;
  readonly replicas: Replicas;
  readonly watch: StallWatch;
  /** How often the leader lets the others know that it is still at work. */
  readonly tickMilliseconds?: number;
}

/** Processes that reach each other by the backend's own operations, in compiled functions: a thread of its own waits, not this one. */
export class ConnectedWorkers implements WorkerGroup {
  readonly rank: number;
  readonly size: number;
  readonly replicas: Replicas;
  private readonly backend: Backend;
  private readonly watch: StallWatch;
  private readonly tickMilliseconds: number;
  private lastStep = 0;
  /** Three numbers, summed over all. */
  private readonly meeting: CompiledStep;
  /** By how many numbers each gives: what is dealt out meets again and again. */
  private readonly gatherings = new Map<number, CompiledStep>();

  constructor({ backend, replicas, watch, tickMilliseconds = 2000 }: ConnectedWorkersOptions) {
    this.backend = backend;
    this.replicas = replicas;
    this.rank = replicas.rank;
    this.size = replicas.size;
    this.watch = watch;
    this.tickMilliseconds = tickMilliseconds;
    this.meeting = backend.compile(({ x }) => ({ y: replicas.sum(x!) }), { name: 'meeting' });
  }

  get leads(): boolean {
    return this.rank === 0;
  }

  async agree({ stop, checkpoint }: Wishes): Promise<Wishes> {
    const [stops = 0, checkpoints = 0] = await this.meet([Number(stop), Number(checkpoint), 0]);
    return { stop: stops > 0, checkpoint: checkpoints > 0 };
  }

  async share<T>(value: T): Promise<T> {
    const own = this.leads ? Buffer.from(JSON.stringify(value)) : null;
    const length = (await this.broadcast(Int32Array.of(own?.length ?? 0)))[0]!;
    const bytes = await this.broadcast(own ? Int32Array.from(own) : new Int32Array(length));
    return JSON.parse(Buffer.from(Uint8Array.from(bytes)).toString()) as T;
  }

  async shareVariables(files: Readonly<Record<string, NamedVariables>>): Promise<void> {
    const variables = Object.values(files).flatMap((one) => Object.values(one));
    await this.once('share-variables', {}, () => {
      for (const variable of variables) variable.assign(this.replicas.broadcast(variable));
      return { done: tf.scalar(1) };
    });
  }

  async expectSame(facts: Readonly<Record<string, string>>): Promise<void> {
    const theirs = await this.share(facts);
    const names = Object.keys(theirs);
    const differing = await this.gatherNumbers(
      Int32Array.from(names, (name) => Number(facts[name] !== theirs[name])),
    );
    const different = differing.flatMap((row, rank) => {
      const of = names.filter((_, i) => row[i] === 1);
      return of.length > 0 ? [{ rank, of }] : [];
    });
    if (different.length > 0) throw workersDiffer(different, this.rank, facts, theirs);
  }

  async expectSameVariables(files: Readonly<Record<string, NamedVariables>>): Promise<void> {
    const names = Object.entries(files).flatMap(([file, variables]) =>
      Object.keys(variables).map((name) => `${file}/${name}`),
    );
    const variables = Object.values(files).flatMap((one) => Object.values(one));
    const own = new Int32Array(variables.length);
    for (const [i, variable] of variables.entries()) own[i] = hashOf(await variable.data());
    const all = await this.gatherNumbers(own);
    const drifted = all.flatMap((row, rank) =>
      names.filter((_, i) => row[i] !== all[0]![i]).map((name) => ({ rank, name })),
    );
    if (drifted.length > 0) throw workersDrifted(drifted);
  }

  async alone<T>(work: () => Promise<T>): Promise<T | null> {
    if (!this.leads) {
      for (;;) {
        const state = (await this.meet([0, 0, 0], true))[2]!;
        if (state === waiting.failed) throw leaderFailed();
        if (state === waiting.done) return null;
      }
    }
    const tick = (state: number): Promise<Float32Array> => this.meet([0, 0, state]);
    const done = work().then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    for (;;) {
      const outcome = await settledWithin(done, this.tickMilliseconds);
      if (outcome === null) {
        await tick(waiting.working);
        continue;
      }
      await tick('error' in outcome ? waiting.failed : waiting.done);
      if ('error' in outcome) throw outcome.error;
      return outcome.value;
    }
  }

  async gather(bytes: Uint8Array): Promise<readonly Uint8Array[]> {
    const numbers = new Int32Array(Math.ceil(bytes.length / 4));
    new Uint8Array(numbers.buffer).set(bytes);
    const all = await this.gatherNumbers(numbers);
    return all.map((one) => new Uint8Array(one.buffer, one.byteOffset, bytes.length));
  }

  patiently<T>(work: () => Promise<T>): Promise<T> {
    return this.watch.patiently(work);
  }

  async step<T extends { readonly step: number }>(work: () => Promise<T>): Promise<T> {
    const done = await this.among(work);
    this.watch.stepDone(done.step);
    this.lastStep = done.step;
    return done;
  }

  rest(): void {
    this.watch.rest();
  }

  get stalled(): Promise<never> {
    return this.watch.stalled;
  }

  dispose(): void {
    this.watch.stop();
    this.meeting.dispose();
    for (const gathering of this.gatherings.values()) gathering.dispose();
  }

  /** @throws WORKER_GONE where an operation ends because another process is gone, and what the work throws */
  private async among<T>(work: () => Promise<T>, isPatient = false): Promise<T> {
    try {
      return await this.watch.amongOthers(work, isPatient);
    } catch (error) {
      throw isOfOthers(error) ? workerGone(this.lastStep, error) : error;
    }
  }

  private async meet(numbers: readonly [number, number, number], isPatient = false): Promise<Float32Array> {
    return (await this.valueAmong(this.meeting, { x: tf.tensor1d([...numbers]) }, isPatient)) as Float32Array;
  }

  /** The leader's numbers, in all of them; of the same length in all. */
  private broadcast(values: Int32Array): Promise<Int32Array> {
    return this.once('broadcast', { x: tf.tensor1d(values, 'int32') }, ({ x }) => ({
      y: this.replicas.broadcast(x!),
    })) as Promise<Int32Array>;
  }

  /** The numbers of each, by rank. */
  private async gatherNumbers(values: Int32Array): Promise<readonly Int32Array[]> {
    const { length } = values;
    if (length === 0) return Array.from({ length: this.size }, () => values);
    let gathering = this.gatherings.get(length);
    if (!gathering) {
      gathering = this.backend.compile(({ x }) => ({ y: this.replicas.gather(x!) }), { name: 'gather' });
      this.gatherings.set(length, gathering);
    }
    const all = (await this.valueAmong(gathering, {
      x: tf.tensor2d(values, [1, length], 'int32'),
    })) as Int32Array;
    return Array.from({ length: this.size }, (_, rank) => all.subarray(rank * length, (rank + 1) * length));
  }

  private async once(
    name: string,
    inputs: NamedTensors,
    step: (inputs: NamedTensors) => NamedTensors,
  ): Promise<Float32Array | Int32Array | Uint8Array> {
    const compiled = this.backend.compile(step, { name });
    try {
      return await this.valueAmong(compiled, inputs);
    } finally {
      compiled.dispose();
    }
  }

  /** @param inputs - are disposed of */
  private async valueAmong(
    step: CompiledStep,
    inputs: NamedTensors,
    isPatient = false,
  ): Promise<Float32Array | Int32Array | Uint8Array> {
    try {
      return await this.among(() => valueOf(step, inputs), isPatient);
    } finally {
      tf.dispose(inputs);
    }
  }
}

/** What TensorFlow says where its connection to another process ends (tensorflow/core/common_runtime/base_collective_executor.cc). */
function isOfOthers(error: unknown): boolean {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  return code === 'TENSORFLOW_ERROR' && /Collective ops is aborted|remote target/.test(String(message));
}

async function valueOf(
  step: CompiledStep,
  inputs: NamedTensors,
): Promise<Float32Array | Int32Array | Uint8Array> {
  const [output] = Object.values(await step.run(inputs));
  try {
    return await output!.data();
  } finally {
    output!.dispose();
  }
}

/** Null where the time is over first. */
async function settledWithin<T>(promise: Promise<T>, milliseconds: number): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => (timer = setTimeout(() => resolve(null), milliseconds)));
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** 32 bits of a digest of the bytes. */
function hashOf(values: Float32Array | Int32Array | Uint8Array): number {
  const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  return createHash('sha256').update(bytes).digest().readInt32LE();
}
