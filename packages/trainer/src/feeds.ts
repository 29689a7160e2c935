import * as tf from '@tensorflow/tfjs';
import type { ImageShape, NamedTensors } from '@ganymede/core';
import type { Batch, BatchSource, TrainingRecipe } from './recipe.js';

const normalized = Float32Array.from({ length: 256 }, (_, value) => value / 127.5 - 1);

/** uint8 images as float32 in [-1, 1]: v / 127.5 - 1. */
export function normalizeImages(images: Uint8Array): Float32Array {
  const result = new Float32Array(images.length);
  for (let i = 0; i < images.length; i++) result[i] = normalized[images[i]!]!;
  return result;
}

/**
 * Draws what a micro-batch is fed with, on the host and from named streams, so that a run is the same on every
 * backend and a resumed run goes on with the same numbers.
 */
export class Feeds {
  constructor(
    private readonly recipe: TrainingRecipe,
    private readonly source: BatchSource,
  ) {}

  private latents(): NamedTensors {
    const { batchSize, generator, prior, random } = this.recipe;
    const z = prior.sample(batchSize, generator.latentSize, random.get('latent'));
    const labels = random.get('label').integers(batchSize, generator.classes);
    return {
      z: tf.tensor2d(z, [batchSize, generator.latentSize]),
      fakeLabels: tf.tensor1d(labels, 'int32'),
      ...this.augmentation('augmentFake'),
      ...this.dropout('dropoutFake'),
    };
  }

  /** Noise for D's dropout, one row for each image of a pass. */
  private dropout(name: string): NamedTensors {
    const { batchSize, discriminator, random } = this.recipe;
    const { noiseSize } = discriminator;
    if (!noiseSize) return {};
    const values = random.get(name).uniforms(batchSize * noiseSize);
    return { [name]: tf.tensor2d(values, [batchSize, noiseSize]) };
  }

  private penaltyNoise(): NamedTensors {
    const { batchSize, generator, random, regularizers } = this.recipe;
    if (!regularizers.some(({ needsNoise }) => needsNoise)) return {};
    const { height, width, channels } = generator.imageShape;
    const values = random.get('penalty-noise').uniforms(batchSize * height * width * channels);
    return { penaltyNoise: tf.tensor4d(values, [batchSize, height, width, channels]) };
  }

  private augmentation(name: string): NamedTensors {
    const { augmentation, batchSize, random } = this.recipe;
    if (!augmentation) return {};
    const { values, width } = augmentation.draw(batchSize, random.get('augmentation'));
    return { [name]: tf.tensor2d(values, [batchSize, width]) };
  }

  private async images(): Promise<NamedTensors> {
    const batch: Batch = await this.source.next();
    const { height, width, channels }: ImageShape = this.recipe.generator.imageShape;
    return {
      real: tf.tensor4d(normalizeImages(batch.images), [batch.labels.length, height, width, channels]),
      realLabels: tf.tensor1d(batch.labels, 'int32'),
      ...this.augmentation('augmentReal'),
      ...this.dropout('dropoutReal'),
    };
  }

  async discriminator(): Promise<NamedTensors> {
    const images = await this.images();
    const uniform = tf.tensor1d(this.recipe.random.get('penalty').uniforms(this.recipe.batchSize));
    return { ...images, ...this.latents(), uniform, ...this.penaltyNoise() };
  }

  async generator(): Promise<NamedTensors> {
    return { ...(this.recipe.loss.needsReal ? await this.images() : {}), ...this.latents() };
  }
}
