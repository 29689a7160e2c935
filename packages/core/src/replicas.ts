import type * as tf from '@tensorflow/tfjs';

/**
 * The processes that a batch is spread over, or a group of them, as one of them sees the others. Each holds a part of the same size and
 * makes the same calls in the same order, on tensors of the same shapes.
 *
 * Gradients: each has its own loss, and what is minimized is the mean of all of them. The operations are differentiable to any
 * order in that sense: where the gradients of weights are averaged by `mean`, one process with the whole batch has the same.
 */
export interface ReplicaGroup {
  /** Which of them this one is, from 0. */
  readonly rank: number;
  /** How many there are. */
  readonly size: number;
  /** The sum over all replicas, float32 or int32. */
  sum<T extends tf.Tensor>(x: T): T;
  /**
   * The mean over all replicas, float32.
   * @param travelsAs - bfloat16: half the bytes, and numbers rounded to 8 bits on their way; float32 by default
   */
  mean<T extends tf.Tensor>(x: T, travelsAs?: 'float32' | 'bfloat16'): T;
  /** [N, ...] of each becomes [size * N, ...] in all of them, by rank. */
  gather<T extends tf.Tensor>(x: T): T;
  /** The values of one of them (0 by default), in all of them; not differentiable. */
  broadcast<T extends tf.Tensor>(x: T, from?: number): T;
  /** Of a group: all replicas, those of the other groups too. Absent where these are all. */
  readonly all?: Replicas;
}

/** All processes that a batch is spread over. */
export interface Replicas extends ReplicaGroup {
  /**
   * Those of this one's group, where each `size` consecutive ranks make a group. All groups make the same calls.
   * @param size - a divisor of their number
   */
  grouped(size: number): ReplicaGroup;
}

/**
 * The rows of a batch that one replica holds: [first, first + rows).
 * @param batchSize - of all replicas together, a multiple of their number
 */
export function rowsOf(
  batchSize: number,
  replicas: Pick<Replicas, 'rank' | 'size'> | undefined,
): { readonly first: number; readonly rows: number } {
  if (!replicas) return { first: 0, rows: batchSize };
  const rows = batchSize / replicas.size;
  return { first: replicas.rank * rows, rows };
}
