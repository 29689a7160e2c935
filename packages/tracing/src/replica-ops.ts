import * as tf from '@tensorflow/tfjs';

/** How a tensor is reduced over processes: to the sum or the mean, and in which type it travels. */
export interface Reduction {
  readonly to: 'sum' | 'mean';
  /** bfloat16: half the bytes, every number and every sum rounded to 8 bits. */
  readonly travelsAs: 'float32' | 'bfloat16';
}

/**
 * Ops over the processes that a batch is spread over, on top of an engine's reduction, which has no gradient. Each process has its own
 * loss, and what is minimized is their mean.
 * @typeParam Ops - the engine's own
 */
export abstract class ReplicaOps<Ops> {
  /** Which of the processes this one is. */
  abstract readonly rank: number;
  abstract readonly size: number;
  private readonly groups = new Map<number, Ops>();

  /**
   * The ops among this process's group, where each `size` consecutive ranks make one. All groups make the same calls.
   * @throws BAD_WORKERS where all processes do not make up groups of that size
   */
  grouped(size: number): Ops {
    const group = this.groups.get(size) ?? this.group(size);
    this.groups.set(size, group);
    return group;
  }

  /** The sum over all processes, of any shape, float32 or int32. Differentiable to any order. */
  sum<T extends tf.Tensor>(x: T): T {
    return this.differentiably(x, { to: 'sum', travelsAs: 'float32' });
  }

  /**
   * The mean over all processes, of any shape, float32. Differentiable to any order.
   * @param travelsAs - bfloat16: half the bytes, every number and every sum rounded to 8 bits; in compiled functions alone
   * @throws BAD_DATA_TYPE for other types: the mean of integers would be cut to one
   */
  mean<T extends tf.Tensor>(x: T, travelsAs: 'float32' | 'bfloat16' = 'float32'): T {
    return this.differentiably(x, { to: 'mean', travelsAs });
  }

  /**
   * [N, ...] of each process becomes [size * N, ...] in all of them, by rank, float32 or int32. Differentiable to any order. A
   * sum of what is zero elsewhere: TensorFlow's own op has no shape in a compiled function.
   */
  gather<T extends tf.Tensor>(x: T): T {
    const rows = x.shape[0]!;
    const around: [number, number] = [this.rank * rows, (this.size - 1 - this.rank) * rows];
    const rest = x.shape.slice(1).map((): [number, number] => [0, 0]);
    return tf.tidy(() => this.sum(tf.pad(x, [around, ...rest])));
  }

  protected abstract group(size: number): Ops;
  /** Of tensors without gradients. @throws BAD_DATA_TYPE for the mean of others than float32 */
  protected abstract reduced(x: tf.Tensor, reduction: Reduction): tf.Tensor;

  private differentiably<T extends tf.Tensor>(x: T, reduction: Reduction): T {
    const reduced = tf.customGrad((x: tf.Tensor | tf.GradSaveFunc) => ({
      value: this.reduced(x as tf.Tensor, reduction),
      gradFunc: (dy: tf.Tensor) => this.differentiably(dy, reduction),
    }));
    return reduced(x) as T;
  }
}
