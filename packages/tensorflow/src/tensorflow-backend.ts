import type { RunQueue } from '@ganymede/tracing';
import type { Collectives } from './collectives.js';
import type { EagerBinding } from './eager-binding.js';
import type { NodeBackend } from './kernels.js';

/** A registered TensorFlow backend. */
export interface TensorFlowBackend {
  readonly name: string;
  readonly binding: EagerBinding;
  readonly backend: NodeBackend;
  /** Runs of compiled functions: they share variables, so that one starts when the one before has ended. */
  readonly runs: RunQueue;
  /** Ops over several processes; null where this one is alone. */
  readonly collectives: Collectives | null;
  readonly version: string;
  readonly libraryPath: string;
}
