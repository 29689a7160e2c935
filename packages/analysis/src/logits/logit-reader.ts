import * as tf from '@tensorflow/tfjs';
import {
  evaluationCall,
  type Backend,
  type CompiledStep,
  type Discriminator,
  type ImageShape,
} from '@ganymede/core';
import type { ImageSet } from '@ganymede/evaluation';

/** Images a call: one size, so that the function is traced once. */
const batchSize = 50;

/** A discriminator's outputs on sets of images; nothing of it moves. */
export class LogitReader {
  private readonly step: CompiledStep;

  constructor(
    backend: Backend,
    discriminator: Discriminator,
    private readonly shape: ImageShape,
  ) {
    this.step = backend.compile(
      ({ images, y }) => ({
        logits: discriminator.discriminate(
          images!.toFloat().div(127.5).sub(1) as tf.Tensor4D,
          y as tf.Tensor1D,
          evaluationCall,
        ),
      }),
      { name: 'logits', precision: 'float32' },
    );
  }

  /** @returns [set.count], in the order of its images */
  async read(set: ImageSet, tell: (done: number) => void, signal?: AbortSignal): Promise<Float32Array> {
    const { height, width, channels } = this.shape;
    const all = new Float32Array(set.count);
    for (let start = 0; start < set.count; start += batchSize) {
      signal?.throwIfAborted();
      const count = Math.min(batchSize, set.count - start);
      const pixels = new Int32Array(batchSize * height * width * channels);
      pixels.set(await set.read(start, count));
      const labels = new Int32Array(batchSize);
      labels.set(set.labels.subarray(start, start + count));
      const inputs = {
        images: tf.tensor4d(pixels, [batchSize, height, width, channels], 'int32'),
        y: tf.tensor1d(labels, 'int32'),
      };
      const { logits } = await this.step.run(inputs);
      tf.dispose(inputs);
      const values = await logits!.data<'float32'>();
      logits!.dispose();
      all.set(values.subarray(0, count), start);
      tell(start + count);
    }
    return all;
  }

  dispose(): void {
    this.step.dispose();
  }
}
