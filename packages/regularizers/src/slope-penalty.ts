import type * as tf from '@tensorflow/tfjs';

/** Keeps the root differentiable where a gradient vanishes; changes a norm of 1 by 5e-13. */
const rootEpsilon = 1e-12;

/**
 * The mean squared deviation of gradients' norms from a target.
 * @param squares - squared norms, [B]
 * @param oneSided - count only what exceeds the target
 */
export function slopePenalty(squares: tf.Tensor1D, target: number, oneSided: boolean): tf.Scalar {
  const excess = squares.add(rootEpsilon).sqrt().sub(target);
  return (oneSided ? excess.relu() : excess).square().mean() as tf.Scalar;
}
