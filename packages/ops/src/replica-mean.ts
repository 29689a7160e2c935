import type * as tf from '@tensorflow/tfjs';
import type { Replicas } from '@ganymede/core';

/** The mean of a tensor over replicas, differentiable to any order; without replicas, `x` itself. */
export function replicaMean<T extends tf.Tensor>(x: T, replicas: Replicas | undefined): T {
  return replicas && replicas.size > 1 ? replicas.mean(x) : x;
}
