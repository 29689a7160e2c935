import * as tf from '@tensorflow/tfjs';
import type { Backend, CallContext, CompiledStep, Generator } from '@ganymede/core';

/** Latents and labels to images, in batches of one size so that the compiled function is traced once. */
export class ImageGenerator {
  private readonly compiled: CompiledStep;

  constructor(
    backend: Backend,
    private readonly generator: Generator,
    private readonly batchSize: number,
    ctx: CallContext,
    name = 'sample',
  ) {
    this.compiled = backend.compile(
      ({ z, y }) => {
        const images = generator.generate(z as tf.Tensor2D, y as tf.Tensor1D, ctx);
        return { pixels: quantize(images) };
      },
      { name, precision: 'float32' },
    );
  }

  /**
   * @param z - [N x latentSize], row-major
   * @param labels - [N]
   * @returns uint8 [N, H, W, C]
   */
  async generate(
    z: Float32Array,
    labels: Int32Array,
    onProgress?: (done: number, total: number) => void,
  ): Promise<Uint8Array> {
    const { latentSize, imageShape } = this.generator;
    const { height, width, channels } = imageShape;
    const imageSize = height * width * channels;
    const result = new Uint8Array(labels.length * imageSize);
    for (let start = 0; start < labels.length; start += this.batchSize) {
      const count = Math.min(this.batchSize, labels.length - start);
      const paddedZ = new Float32Array(this.batchSize * latentSize);
      paddedZ.set(z.subarray(start * latentSize, (start + count) * latentSize));
      const paddedLabels = new Int32Array(this.batchSize);
      paddedLabels.set(labels.subarray(start, start + count));
      const inputs = {
        z: tf.tensor2d(paddedZ, [this.batchSize, latentSize]),
        y: tf.tensor1d(paddedLabels, 'int32'),
      };
      const { pixels } = await this.compiled.run(inputs);
      tf.dispose(inputs);
      const values = await pixels!.data();
      pixels!.dispose();
      for (let i = 0; i < count * imageSize; i++) result[start * imageSize + i] = values[i]!;
      onProgress?.(start + count, labels.length);
    }
    return result;
  }

  dispose(): void {
    this.compiled.dispose();
  }
}

/** [-1, 1] to 0..255: floor((x + 1) 127.5 + 0.5), as the reference's torchvision saves images. */
export function quantize(images: tf.Tensor4D): tf.Tensor4D {
  return tf.cast(tf.clipByValue(tf.floor(images.add(1).mul(127.5).add(0.5)), 0, 255), 'int32');
}
