import * as tf from '@tensorflow/tfjs';

/**
 * log sum exp over all elements, shifted by the largest so that nothing overflows.
 *
 * tfjs's own has no second-order gradient: it ends in the comparison by which `max` finds its argument. Here the
 * gradient is written out as the softmax exp(x - lse(x)) of the saved input, whose own gradient tfjs gets right.
 */
export function logSumExp(x: tf.Tensor): tf.Scalar {
  const op = tf.customGrad((input: unknown, save: unknown) => {
    const logits = input as tf.Tensor;
    (save as tf.GradSaveFunc)([logits]);
    return {
      value: tf.logSumExp(logits),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => [dy.mul(tf.exp(saved[0]!.sub(logSumExp(saved[0]!))))],
    };
  });
  return op(x) as tf.Scalar;
}
