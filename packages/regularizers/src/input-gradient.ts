import * as tf from '@tensorflow/tfjs';
import { trainingCall, type CallContext, type Discriminator } from '@ganymede/core';

/** D as in training, but for its state, which a penalty's extra pass leaves alone. */
const still: CallContext = { ...trainingCall, updateState: false };

/**
 * The squared norm of each logit's gradient to its image, differentiable in D's weights. Gradients are taken of the
 * sum of all logits, which is exact where images do not mix (no batch statistics over the batch in D).
 * @param images - [B, H, W, C]; @param labels - int32 [B]
 * @returns [B]
 */
export function squaredInputGradients(
  discriminator: Discriminator,
  images: tf.Tensor4D,
  labels: tf.Tensor1D,
): tf.Tensor1D {
  const logitSum = (x: tf.Tensor): tf.Tensor =>
    discriminator.discriminate(x as tf.Tensor4D, labels, still).sum();
  return tf.grad(logitSum)(images).square().sum([1, 2, 3]) as tf.Tensor1D;
}
