import * as tf from '@tensorflow/tfjs';
import { registerTensorFlow, type TensorFlowBackend } from './index.js';

let tensorflow: TensorFlowBackend;

beforeAll(async () => {
  tensorflow = registerTensorFlow({ threads: 2 });
  await tf.setBackend(tensorflow.name);
});

afterAll(() => tf.removeBackend(tensorflow.name));

test('ReluGrad passes the gradient where the output is positive', () => {
  const dy = tf.tensor1d([1, 2, 3, 4]);
  const y = tf.tensor1d([0.5, 0, 2, 0]);
  const result = tf.engine().runKernel('ReluGrad', { dy, y }) as tf.Tensor;
  expect([...result.dataSync()]).toEqual([1, 0, 3, 0]);
  tf.dispose([dy, y, result]);
});

test('BatchMoments are the mean and the biased variance of each channel, and leave nothing behind', () => {
  const x = tf.tidy(() => tf.add(tf.randomNormal([5, 3, 2, 4], 0, 3, 'float32', 1), [0, 1, 10, -100]));
  const before = tf.memory().numTensors;
  const [mean, variance] = tf.engine().runKernel('BatchMoments', { x }) as unknown as tf.Tensor[];
  expect(tf.memory().numTensors).toBe(before + 2);
  const expected = tf.moments(x, [0, 1, 2]);
  const near = (a: tf.Tensor, b: tf.Tensor): void => {
    const actual = a.dataSync();
    b.dataSync().forEach((value, i) => expect(Math.abs(actual[i]! / value - 1)).toBeLessThan(1e-5));
  };
  near(mean!, expected.mean);
  near(variance!, expected.variance);
  tf.dispose([x, mean!, variance!, expected.mean, expected.variance]);
});
