import type { ExchangeReport } from '@ganymede/bench';

/** What lies between two processes, as the LogGP model has it (Alexandrov et al., 1995, doi:10.1145/215399.215427). */
export interface Link {
  /** Of one message, however short. */
  readonly latencySeconds: number;
  /** What one more message takes that does not wait for the others. */
  readonly gapSeconds: number;
  readonly bytesPerSecond: number;
}

/**
 * Seconds of a sum over all processes by a ring, as TensorFlow's collectives make it on processors (ring_reducer.cc): the tensor
 * in as many parts as there are processes, 2 (N - 1) rounds in each of which every process sends one part to its neighbour. This
 * is 2 (N - 1) latency + 2 (N - 1) / N bytes / bandwidth (Patarasu and Yuan, 2009, doi:10.1016/j.jpdc.2008.09.002). What
 * adding costs is in a bandwidth that was measured. Sums that do not wait for one another share the latency of their messages.
 * @param bytes - of each of the tensors that are summed side by side, in one process
 */
export function allReduceSeconds(
  bytes: readonly number[],
  workers: number,
  { latencySeconds, gapSeconds, bytesPerSecond }: Link,
): number {
  const all = bytes.reduce((a, b) => a + b, 0);
  const messages = latencySeconds + (bytes.length - 1) * gapSeconds;
  return 2 * (workers - 1) * (messages + all / workers / bytesPerSecond);
}

/** Bytes that each process sends in that sum, and receives. */
export const sentBytes = (bytes: number, workers: number): number => (2 * (workers - 1) * bytes) / workers;

/** The link that measured sums tell of: a short one, a long one, and what one more short one takes beside others. */
export function linkOf({ workers, short, long, besideSeconds }: ExchangeReport): Link {
  const rounds = 2 * (workers - 1);
  const bytesPerSecond =
    (rounds * (long.bytes - short.bytes)) / workers / Math.max(long.seconds - short.seconds, 1e-12);
  const latencySeconds = Math.max(short.seconds / rounds - short.bytes / workers / bytesPerSecond, 0);
  return { latencySeconds, gapSeconds: Math.min(besideSeconds / rounds, latencySeconds), bytesPerSecond };
}
