import type * as tf from '@tensorflow/tfjs';

/**
 * The copies of a network that a batch is spread over, as one of them sees the others. Each holds a part of the same
 * size and makes the same calls in the same order.
 */
export interface Replicas {
  readonly count: number;
  /**
   * Every replica gives its own tensor, all get their mean. Called outside of the gradient tape: the mean is its own
   * adjoint, and who differentiates through it calls it again on the gradients.
   */
  mean<T extends tf.Tensor>(x: T): T;
}
