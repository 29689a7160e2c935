import type { ResolvedConfig } from '@ganymede/config';
import type { Known } from './known.js';
import type { RunSizes } from './network-sizes.js';
import type { Point } from './quantities.js';

/** What of a config a plan looks at. */
export type PlannedConfig = Pick<
  ResolvedConfig,
  | 'steps'
  | 'seed'
  | 'batchSize'
  | 'accumulation'
  | 'discriminatorSteps'
  | 'splitDiscriminator'
  | 'gradientExchange'
  | 'batchNormGroup'
  | 'checkpoint'
>;

/** All that a prediction is computed from; what is null is not known, and what hangs on it is null in the plan. */
export interface ClusterInputs {
  /** Numbers of processes, one a host, ascending. */
  readonly workers: readonly number[];
  readonly config: PlannedConfig;
  readonly sizes: RunSizes;
  /**
   * Seconds of a generator step with its discriminator steps in one process, without accumulation, by images in its micro-batch. From
   * one point alone the time is taken as proportional to images.
   */
  readonly step: Known<readonly Point[]>;
  /** Bytes that one process had at most, by images in its micro-batch. */
  readonly memory: Known<readonly Point[]> | null;
  /** Of one message between two processes. */
  readonly latencySeconds: Known | null;
  /** What one more message takes that does not wait for the one before. */
  readonly gapSeconds: Known | null;
  /** Bytes a second between two processes. */
  readonly bandwidth: Known | null;
  /** Standard deviation of the logarithm of a process's step. */
  readonly jitter: Known | null;
  /** Bytes of an image as it is read. */
  readonly imageBytes: Known;
  /** Images a second that one process reads. */
  readonly readImages: Known | null;
  /** Of one host for an hour, in any currency. */
  readonly price: Known | null;
  /** Seconds to write a checkpoint, for which all wait. */
  readonly checkpointSeconds: Known | null;
  /** Mean time to failure of one host, in seconds; null simulates no failures. */
  readonly hostSecondsToFailure: Known | null;
  /** From the end of the processes until the steps go on. */
  readonly restartSeconds: Known | null;
}
