import * as tf from '@tensorflow/tfjs';

/**
 * 1 - beta^step: what an average that starts at zero is short of. By expm1, because float32 leaves only four digits of
 * 1 - 0.999.
 * @param step - 1 for the first update, scalar
 */
export function biasCorrection(beta: number | tf.Tensor, step: tf.Scalar): tf.Scalar {
  if (beta === 0) return tf.scalar(1);
  const log = typeof beta === 'number' ? Math.log(beta) : tf.log(beta);
  return tf.neg(tf.expm1(step.mul(log)));
}
