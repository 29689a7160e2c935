import type { NamedVariables, Replicas } from '@ganymede/core';

/** What any of the processes may ask of all. */
export interface Wishes {
  /** To end after this step. */
  readonly stop: boolean;
  /** To keep a checkpoint of this step. */
  readonly checkpoint: boolean;
}

/** The processes that train one run, as one of them works with the others: all make the same calls in the same order. */
export interface WorkerGroup {
  /** Which of them this one is; 0 leads: it alone reads and writes the run folder. */
  readonly rank: number;
  readonly size: number;
  readonly leads: boolean;
  /** For the training step; undefined where there is one process. */
  readonly replicas: Replicas | undefined;
  /** What at least one of them wishes, in all of them. */
  agree(own: Wishes): Promise<Wishes>;
  /** The leader's value, in all of them. @param value - JSON-able; what the others give is not looked at */
  share<T>(value: T): Promise<T>;
  /** Gives the variables of all of them the leader's values. @param files - the same names and shapes in all of them */
  shareVariables(files: Readonly<Record<string, NamedVariables>>): Promise<void>;
  /**
   * @param facts - short texts by name: versions, the config, the data
   * @throws WORKERS_DIFFER in all of them, where one has others than the leader
   */
  expectSame(facts: Readonly<Record<string, string>>): Promise<void>;
  /** @throws WORKERS_DRIFTED in all of them, where the values of one are not the leader's, bit for bit */
  expectSameVariables(files: Readonly<Record<string, NamedVariables>>): Promise<void>;
  /**
   * The leader works, the others wait, however long it takes.
   * @returns what the work gave; null in the others
   * @throws what the work throws in the leader; LEADER_FAILED in the others
   */
  alone<T>(work: () => Promise<T>): Promise<T | null>;
  /** The bytes of each, by rank, in all of them. @param bytes - as many in one as in another */
  gather(bytes: Uint8Array): Promise<readonly Uint8Array[]>;
  /** Work between two steps in which all meet again and again, and which may take each of them long from one meeting to the next. */
  patiently<T>(work: () => Promise<T>): Promise<T>;
  /**
   * A step, in which all wait for one another.
   * @param work - gives the step's number
   */
  step<T extends { readonly step: number }>(work: () => Promise<T>): Promise<T>;
  /** Tells that what came last was no part of a step. */
  rest(): void;
  /** Rejects when nothing has gone on for too long; an operation that waits for a process which is stuck does not end by itself. */
  readonly stalled: Promise<never>;
  dispose(): void;
}

/** One process that has all of the run: nobody to ask or to wait for. */
export const soleWorker: WorkerGroup = {
  rank: 0,
  size: 1,
  leads: true,
  replicas: undefined,
  agree: (own) => Promise.resolve(own),
  share: (value) => Promise.resolve(value),
  shareVariables: () => Promise.resolve(),
  expectSame: () => Promise.resolve(),
  expectSameVariables: () => Promise.resolve(),
  alone: (work) => work(),
  gather: (bytes) => Promise.resolve([bytes]),
  patiently: (work) => work(),
  step: (work) => work(),
  rest: () => undefined,
  stalled: new Promise<never>(() => undefined),
  dispose: () => undefined,
};
