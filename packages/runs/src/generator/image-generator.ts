import * as tf from '@tensorflow/tfjs';
import { imagesNotFinite } from '../errors.js';
import type { Backend, CallContext, ClassLabels, CompiledStep, Generator } from '@ganymede/core';

/** Latents and labels to images, in batches of one size so that the compiled function is traced once. */
export class ImageGenerator {
  private readonly compiled: CompiledStep;

  constructor(
    backend: Backend,
    private readonly generator: Generator,
    private readonly batchSize: number,
    ctx: CallContext,
    name = 'sample',
    /** False where a diverged network may be shown as it is: a sheet must not end the run that it looks at. */
    private readonly mustBeFinite = true,
  ) {
    this.compiled = backend.compile(
      ({ z, y }) => {
        const images = generator.generate(z as tf.Tensor2D, y as ClassLabels, ctx);
        // Rounding makes numbers of NaN too; the mean of the images tells.
        return { pixels: quantize(images), mean: images.mean() };
      },
      { name, precision: 'float32' },
    );
  }

  /**
   * @param z - [N x latentSize], row-major
   * @param labels - [N]; or what each image has of each class, float32 [N x classes]
   * @returns uint8 [N, H, W, C]
   * @throws IMAGES_NOT_FINITE
   */
  async generate(
    z: Float32Array,
    labels: Int32Array | Float32Array,
    onProgress?: (done: number, total: number) => void,
  ): Promise<Uint8Array> {
    const { latentSize, imageShape, classes } = this.generator;
    const labelSize = labels instanceof Int32Array ? 1 : classes;
    const total = labels.length / labelSize;
    const { height, width, channels } = imageShape;
    const imageSize = height * width * channels;
    const result = new Uint8Array(total * imageSize);
    for (let start = 0; start < total; start += this.batchSize) {
      const count = Math.min(this.batchSize, total - start);
      const paddedZ = new Float32Array(this.batchSize * latentSize);
      paddedZ.set(z.subarray(start * latentSize, (start + count) * latentSize));
      const wanted = labels.subarray(start * labelSize, (start + count) * labelSize);
      const inputs = {
        z: tf.tensor2d(paddedZ, [this.batchSize, latentSize]),
        y: this.paddedLabels(wanted),
      };
      const made = await this.compiled.run(inputs);
      tf.dispose(inputs);
      const [values, mean] = await Promise.all([made['pixels']!.data(), made['mean']!.data()]);
      tf.dispose(made);
      if (this.mustBeFinite && !Number.isFinite(mean[0])) throw imagesNotFinite(start, count);
      for (let i = 0; i < count * imageSize; i++) result[start * imageSize + i] = values[i]!;
      onProgress?.(start + count, total);
    }
    return result;
  }

  private paddedLabels(labels: Int32Array | Float32Array): ClassLabels {
    if (labels instanceof Int32Array) {
      const padded = new Int32Array(this.batchSize);
      padded.set(labels);
      return tf.tensor1d(padded, 'int32');
    }
    const { classes } = this.generator;
    const padded = new Float32Array(this.batchSize * classes);
    padded.set(labels);
    return tf.tensor2d(padded, [this.batchSize, classes]);
  }

  dispose(): void {
    this.compiled.dispose();
  }
}

/** [-1, 1] to 0..255: floor((x + 1) 127.5 + 0.5), as the reference's torchvision saves images. */
function quantize(images: tf.Tensor4D): tf.Tensor4D {
  return tf.cast(tf.clipByValue(tf.floor(images.add(1).mul(127.5).add(0.5)), 0, 255), 'int32');
}
