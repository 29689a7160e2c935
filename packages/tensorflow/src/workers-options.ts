/** Processes that compute together, each on its own machine or several on one. */
export interface WorkersOptions {
  /** `host:port` of each process by rank, the same list in all of them. */
  readonly addresses: readonly string[];
  /** Which of them this one is. */
  readonly rank: number;
  /**
   * How long an op waits for the other processes; for ever by default. TensorFlow keeps two threads asleep for so long for every op that is run
   * (`SchedClosureAfter` of tsl/platform/default/env.cc): for a few ops only.
   */
  readonly timeoutSeconds?: number;
  /** Which start of them this is, the same in all; processes of another one do not disturb their ops. 0 by default. */
  readonly generation?: number;
}
