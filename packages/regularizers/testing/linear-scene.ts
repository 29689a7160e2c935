import * as tf from '@tensorflow/tfjs';
import type { Discriminator, DiscriminatorStep } from '@ganymede/core';

/** A discriminator whose penalties can be computed by hand: D(x) = <w, x>, or <w, x>^2 / 2 when squared. */
export function linearScene(
  w: readonly [number, number, number, number],
  squared = false,
): { weights: { w: tf.Variable }; step: DiscriminatorStep; dispose(): void } {
  const weights = { w: tf.tidy(() => tf.variable(tf.tensor1d([...w]))) };
  const discriminator: Discriminator = {
    weights,
    discriminate(x) {
      const logits = x.reshape([-1, 4]).mul(weights.w).sum(1);
      return (squared ? logits.square().mul(0.5) : logits) as tf.Tensor1D;
    },
  };
  const images = [
    tf.tensor4d([0.5, 1, -1, 2, 0, 1, 1, 3], [2, 2, 2, 1]),
    tf.tensor4d([0, 0.3, 1, -2, 2, 1, 0, 0.1], [2, 2, 2, 1]),
  ] as const;
  const labels = tf.tensor1d([0, 0], 'int32');
  const uniform = tf.tensor1d([0.2, 0.7]);
  const noise = tf.tensor4d([0, 0.5, 0.25, 0.75, 0.1, 0.9, 0.3, 0.6], [2, 2, 2, 1]);
  return {
    weights,
    step: {
      discriminator,
      real: images[0],
      fake: images[1],
      realLabels: labels,
      fakeLabels: labels,
      uniform,
      noise,
    },
    dispose: () => tf.dispose([weights, [...images], labels, uniform, noise]),
  };
}
