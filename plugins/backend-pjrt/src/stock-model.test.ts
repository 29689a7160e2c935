import * as tf from '@tensorflow/tfjs';
import { plugins } from '../testing/plugins.js';

/** Rings and blobs: which of the two a picture shows does not follow from one pixel. */
function pictures(count: number): { readonly xs: tf.Tensor4D; readonly ys: tf.Tensor2D } {
  const values = new Float32Array(count * 64);
  const labels = new Float32Array(count * 2);
  for (let n = 0; n < count; n++) {
    const ring = n % 2;
    labels[2 * n + ring] = 1;
    const [cy, cx] = [3 + (n % 3), 3 + ((n >> 1) % 3)];
    for (let i = 0; i < 64; i++) {
      const distance = Math.hypot((i >> 3) - cy, (i & 7) - cx);
      values[n * 64 + i] = Math.exp(-((distance - 2 * ring) ** 2)) + 0.1 * Math.sin(n * 64 + i);
    }
  }
  return { xs: tf.tensor4d(values, [count, 8, 8, 1]), ys: tf.tensor2d(labels, [count, 2]) };
}

const [, make] = plugins[0]!;
test("tfjs's own layers, losses, optimizers and metrics train a model", async () => {
  const backend = make();
  await backend.activate();
  const model = tf.sequential({
    layers: [
      tf.layers.conv2d({
        inputShape: [8, 8, 1],
        filters: 4,
        kernelSize: 3,
        activation: 'relu',
        kernelInitializer: tf.initializers.glorotUniform({ seed: 1 }),
      }),
      tf.layers.batchNormalization(),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      tf.layers.flatten(),
      tf.layers.dropout({ rate: 0.1, seed: 3 }),
      tf.layers.dense({
        units: 2,
        activation: 'softmax',
        kernelInitializer: tf.initializers.glorotUniform({ seed: 2 }),
      }),
    ],
  });
  model.compile({ optimizer: tf.train.adam(0.02), loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
  const { xs, ys } = pictures(32);
  const { history } = await model.fit(xs, ys, { epochs: 12, batchSize: 16, shuffle: false });
  const [first, last] = [history.loss![0], history.loss!.at(-1)] as [number, number];
  expect(last).toBeLessThan(0.5 * first);
  expect(history.acc!.at(-1)).toBeGreaterThan(0.9);
  expect(model.evaluate(xs, ys)).toHaveLength(2);
  backend.dispose();
});
