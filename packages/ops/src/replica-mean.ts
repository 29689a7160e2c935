import type * as tf from '@tensorflow/tfjs';
import type { Replicas } from '@ganymede/core';
import { differentiable } from './differentiable.js';

/**
 * The mean of a tensor over replicas, differentiable any number of times: with the loss being the mean of the replicas'
 * losses, the gradient of a mean over replicas is the mean of the gradients over them. Without replicas, `x` itself.
 */
export function replicaMean<T extends tf.Tensor>(x: T, replicas: Replicas | undefined): T {
  if (!replicas || replicas.count === 1) return x;
  return differentiable<T>(
    { x },
    () => replicas.mean(x),
    (dy) => ({ x: () => replicaMean(dy, replicas) }),
  );
}
