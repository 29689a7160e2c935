import * as tf from '@tensorflow/tfjs';
import type { Backend, CompiledStep, ImageShape } from '@ganymede/core';

/** Images a call: one size, so that the function is traced once. */
const batchSize = 50;

/**
 * The power spectrum of a set of images, mean over images and channels, streaming:
 *
 *     P(u, v) = mean over images, channels of |sum over y, x of w(y, x) (I(y, x) - m) e^(-2 pi i (u y / H + v x / W))|^2
 *               / sum of w^2
 *
 * I has values in [-1, 1], w is a Hann window along both axes, m the mean of I under w. The window is there because images
 * do not go on at their other side: the jump would lie as a cross over the spectrum, above the very artifacts that one
 * looks for. Without m the brightness would leak through the window into the lowest frequencies. The mean of P over all
 * frequencies is the variance of I under w.
 *
 * The transform is two products with matrices, which every backend has and any size allows.
 */
export class PowerSpectrum {
  private readonly sums: Float64Array;
  private readonly step: CompiledStep;
  private images = 0;

  constructor(
    backend: Pick<Backend, 'compile'>,
    private readonly shape: ImageShape,
  ) {
    const { height, width } = shape;
    this.sums = new Float64Array(height * width);
    this.step = backend.compile(({ images }) => ({ power: summedPower(images as tf.Tensor4D) }), {
      name: 'power-spectrum',
      precision: 'float32',
    });
  }

  /** Images taken in so far. */
  get count(): number {
    return this.images;
  }

  /** @param pixels - uint8 [N, H, W, C] */
  async add(pixels: Uint8Array): Promise<void> {
    const { height, width, channels } = this.shape;
    const size = height * width * channels;
    for (let start = 0; start < pixels.length; start += batchSize * size) {
      const some = pixels.subarray(start, start + batchSize * size);
      // What fills up the last batch is constant, and a constant image has no power.
      const filled = new Int32Array(batchSize * size);
      filled.set(some);
      const images = tf.tensor4d(filled, [batchSize, height, width, channels], 'int32');
      const { power } = await this.step.run({ images });
      images.dispose();
      const values = await power!.data<'float32'>();
      power!.dispose();
      for (let i = 0; i < this.sums.length; i++) this.sums[i] = this.sums[i]! + values[i]!;
      this.images += some.length / size;
    }
  }

  /** [H, W], frequency 0 at the first place of each axis; NaN without images. */
  mean(): Float64Array {
    const parts = this.images * this.shape.channels;
    return this.sums.map((sum) => sum / parts);
  }

  dispose(): void {
    this.step.dispose();
  }
}

/** @param images - int32 [B, H, W, C] in 0..255; @returns [H, W], summed over images and channels */
function summedPower(images: tf.Tensor4D): tf.Tensor2D {
  return tf.tidy(() => {
    const [, height, width] = images.shape;
    const window = tf.outerProduct(hann(height), hann(width)); // [H, W]
    const planes = images.transpose([0, 3, 1, 2]).toFloat().div(127.5).sub(1); // [B, C, H, W]
    const mean = planes.mul(window).sum([2, 3], true).div(window.sum());
    const windowed = planes
      .sub(mean)
      .mul(window.div(window.square().sum().sqrt()))
      .reshape([-1, height, width]);
    const [cosX, sinX] = waves(width);
    const [cosY, sinY] = waves(height);
    // e^(-i a) = cos a - i sin a, along rows, then along columns; the signs of both parts do not matter to the power.
    const alongX = { cos: times(windowed, cosX), sin: times(windowed, sinX) }; // [B C, H, W]
    const columns = (plane: tf.Tensor, wave: tf.Tensor2D): tf.Tensor =>
      times(plane.transpose([0, 2, 1]), wave);
    const real = columns(alongX.cos, cosY).sub(columns(alongX.sin, sinY)); // [B C, W, H]
    const imaginary = columns(alongX.sin, cosY).add(columns(alongX.cos, sinY));
    return real.square().add(imaginary.square()).sum(0).transpose() as tf.Tensor2D;
  });
}

function times(planes: tf.Tensor, matrix: tf.Tensor2D): tf.Tensor {
  const [count, rows, columns] = planes.shape as [number, number, number];
  return tf.matMul(planes.reshape([count * rows, columns]), matrix).reshape([count, rows, columns]);
}

/** Sampled between the ends, so that no row of the image has weight zero. */
function hann(length: number): tf.Tensor1D {
  return tf.tensor1d(
    Float32Array.from({ length }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / length)),
  );
}

/** cos and sin of 2 pi j k / length, [length, length]. */
function waves(length: number): readonly [tf.Tensor2D, tf.Tensor2D] {
  const of = (wave: (angle: number) => number): tf.Tensor2D =>
    tf.tensor2d(
      // The remainder keeps the angle small and the wave exact.
      Float32Array.from({ length: length * length }, (_, i) =>
        wave((2 * Math.PI * ((Math.floor(i / length) * (i % length)) % length)) / length),
      ),
      [length, length],
    );
  return [of(Math.cos), of(Math.sin)];
}
