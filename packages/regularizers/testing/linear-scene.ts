import * as tf from '@tensorflow/tfjs';
import { type Discriminator, type Generator, type ObjectiveStep } from '@ganymede/core';
import { DiscriminatorPass } from '@ganymede/core/discriminator-pass';

/** What a test may want other than it is in the scene. */
export interface SceneChanges {
  readonly real?: tf.Tensor4D;
  readonly fake?: tf.Tensor4D;
  readonly draws?: Readonly<Record<string, tf.Tensor>>;
  readonly augment?: (images: tf.Tensor4D) => tf.Tensor4D;
}

export interface LinearScene {
  readonly weights: { readonly w: tf.Variable };
  /** A step in which D has looked at nothing yet. */
  step(changes?: SceneChanges): ObjectiveStep;
  dispose(): void;
}

/** A discriminator whose penalties can be computed by hand: D(x) = <w, x>, or <w, x>^2 / 2 when squared. */
export function linearScene(w: readonly [number, number, number, number], squared = false): LinearScene {
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
  const drawn: Readonly<Record<string, tf.Tensor>> = {
    penalty: tf.tensor1d([0.2, 0.7]),
    'penalty-noise': tf.tensor4d([0, 0.5, 0.25, 0.75, 0.1, 0.9, 0.3, 0.6], [2, 2, 2, 1]),
  };
  return {
    weights,
    step: ({ real = images[0], fake = images[1], draws = {}, augment } = {}) => {
      const pass = (of: tf.Tensor4D): DiscriminatorPass =>
        new DiscriminatorPass({ discriminator, images: of, labels, augment: augment ?? null });
      return {
        network: 'discriminator',
        generator: null as unknown as Generator,
        discriminator,
        weights,
        z: null as unknown as tf.Tensor2D,
        fakeLabels: labels,
        real: pass(real),
        fake: pass(fake),
        generate: () => fake,
        draw: (stream) => draws[stream] ?? drawn[stream]!,
      };
    },
    dispose: () => tf.dispose([weights, [...images], labels, drawn]),
  };
}
