import * as tf from '@tensorflow/tfjs';
import { RandomStream, type FeatureExtractor, type ImageShape } from '@ganymede/core';
import { featuresNotDifferentiable } from '../errors.js';

/**
 * That features change with the image: one that rounds pixels although it is asked not to has a
 * gradient of zero, and a search by it would not move
 * without anybody noticing.
 * @throws FEATURES_NOT_DIFFERENTIABLE
 */
export async function expectDifferentiable(
  extractor: FeatureExtractor,
  { height, width, channels }: ImageShape,
): Promise<void> {
  const largest = tf.tidy(() => {
    const noise = RandomStream.create(0, 'probe').uniforms(height * width * channels);
    const image = tf.tensor4d(noise, [1, height, width, channels]).sub(0.5) as tf.Tensor4D;
    const gradient = tf.grad((x) =>
      extractor
        .extract(x as tf.Tensor4D, { unrounded: true })
        .features.square()
        .sum(),
    )(image);
    return gradient.abs().max();
  });
  const [value] = await largest.data();
  largest.dispose();
  if (!(value! > 0)) throw featuresNotDifferentiable(String(extractor.manifest['extractor'] ?? 'extractor'));
}
