import * as tf from '@tensorflow/tfjs';
import { RandomStream, type Backend, type Generator, type Prior, type Truncation } from '@ganymede/core';
import { resetStandingStatistics } from '@ganymede/layers';

export interface StandingOptions {
  /** Batches that are averaged; BigGAN-PyTorch takes 16. */
  readonly batches: number;
  readonly batchSize: number;
  readonly seed: number;
}

/**
 * Fills a generator's standing statistics: the mean over batches of the batch statistics of every normalization,
 * under the latents that will be sampled with. BigGAN-PyTorch accumulates them under N(0, I) whatever the
 * truncation; here they follow it, as the paper's do (arXiv:1809.11096, section 3.1).
 */
export async function accumulateStandingStatistics(
  backend: Backend,
  generator: Generator,
  source: Prior | Truncation,
  { batches, batchSize, seed }: StandingOptions,
): Promise<void> {
  resetStandingStatistics(generator);
  const latents = RandomStream.create(seed, 'standing-latent');
  const labels = RandomStream.create(seed, 'standing-label');
  const step = backend.compile(
    ({ z, y }) => {
      const images = generator.generate(z as tf.Tensor2D, y as tf.Tensor1D, {
        statistics: 'batch',
        updateState: false,
        accumulateStanding: true,
      });
      return { mean: tf.mean(images) };
    },
    { name: 'standing-statistics' },
  );
  for (let k = 0; k < batches; k++) {
    const inputs = {
      z: tf.tensor2d(source.sample(batchSize, generator.latentSize, latents), [
        batchSize,
        generator.latentSize,
      ]),
      y: tf.tensor1d(labels.integers(batchSize, generator.classes), 'int32'),
    };
    tf.dispose(await step.run(inputs));
    tf.dispose(inputs);
  }
  step.dispose();
}
