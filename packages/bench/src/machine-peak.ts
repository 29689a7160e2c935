import * as tf from '@tensorflow/tfjs';
import type { Backend, NamedTensors } from '@ganymede/core';

/** Sides of what is computed: large enough that starting it costs nothing, small enough for a second in all. */
export interface PeakSizes {
  /** Of the square matrices of the product. */
  readonly product: number;
  /** Images, pixels a side and channels of a 3x3 convolution. */
  readonly convolution: { readonly batch: number; readonly side: number; readonly channels: number };
}

export const processorSizes: PeakSizes = {
  product: 2048,
  convolution: { batch: 64, side: 16, channels: 256 },
};
export const gpuSizes: PeakSizes = {
  product: 8192,
  convolution: { batch: 128, side: 32, channels: 512 },
};

const repeats = 6;

/**
 * Operations a second that this backend reaches at best: in a matrix product or in a convolution, whichever is faster
 * (on processors with AMX TensorFlow's convolutions are, by two to three times).
 * @param now - milliseconds of a monotonic clock
 */
export async function machinePeak(
  backend: Backend,
  precision: 'float32' | 'bfloat16',
  { product, convolution }: PeakSizes,
  now: () => number,
): Promise<number> {
  const { batch, side, channels } = convolution;
  const products = await rate(backend, precision, now, {
    operations: 2 * product ** 3,
    inputs: () => ({ a: tf.fill([product, product], 0.5), b: tf.fill([product, product], 0.25) }),
    compute: ({ a, b }) => tf.matMul(a!, b!),
  });
  const convolutions = await rate(backend, precision, now, {
    // What the border leaves out is counted too, as everywhere.
    operations: 2 * batch * side ** 2 * 9 * channels ** 2,
    inputs: () => ({
      a: tf.fill([batch, side, side, channels], 0.5),
      b: tf.fill([3, 3, channels, channels], 0.25),
    }),
    compute: ({ a, b }) => tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, 1, 'same'),
  });
  return Math.max(products, convolutions);
}

async function rate(
  backend: Backend,
  precision: 'float32' | 'bfloat16',
  now: () => number,
  {
    operations,
    inputs: make,
    compute,
  }: { operations: number; inputs: () => NamedTensors; compute: (inputs: NamedTensors) => tf.Tensor },
): Promise<number> {
  const compiled = backend.compile((inputs) => ({ c: compute(inputs) }), { name: 'peak', precision });
  const inputs = make();
  let best = Infinity;
  try {
    for (let run = 0; run < repeats; run++) {
      const start = now();
      const { c } = await compiled.run(inputs);
      const corner = tf.tidy(() =>
        tf.slice(c!, new Array<number>(c!.rank).fill(0), new Array<number>(c!.rank).fill(1)),
      );
      await corner.data();
      best = Math.min(best, (now() - start) / 1000);
      tf.dispose([c!, corner]);
    }
  } finally {
    compiled.dispose();
    tf.dispose(inputs);
  }
  return operations / best;
}
