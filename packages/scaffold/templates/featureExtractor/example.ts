import { defineComponent, type ExtractedFeatures, type FeatureExtractor } from '@ganymede/core';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';

/** The image itself, resized to a few pixels. */
export class Example implements FeatureExtractor {
  readonly featureSize: number;
  readonly manifest: Readonly<Record<string, number>>;

  /** @param size - pixels a side; channels - of the images */
  constructor(
    private readonly size: number,
    channels: number,
  ) {
    this.featureSize = size * size * channels;
    this.manifest = { size, channels };
  }

  async load(): Promise<void> {
    // There are no weights.
  }

  /** @param images - [B, H, W, C] in [-1, 1] */
  extract(images: tf.Tensor4D): ExtractedFeatures {
    const features = tf.tidy(() =>
      tf.reshape(tf.image.resizeBilinear(images, [this.size, this.size]), [-1, this.featureSize]),
    );
    return { features: features as tf.Tensor2D };
  }

  dispose(): void {
    // Nothing is held.
  }
}

export const example = defineComponent({
  slot: 'featureExtractor',
  id: 'example',
  summary: 'The image itself, resized to a few pixels.',
  options: z.strictObject({
    size: z.int().positive().default(8).describe('pixels a side'),
    channels: z.int().positive().default(3).describe('of the images'),
  }),
  create: ({ size, channels }) => new Example(size, channels),
});
