import * as tf from '@tensorflow/tfjs';
import { compile, registerTensorFlow, type TensorFlowBackend } from './index.js';

let tensorflow: TensorFlowBackend;

beforeAll(async () => {
  tensorflow = registerTensorFlow({ threads: 2 });
  await tf.setBackend(tensorflow.name);
});

test('an eager op', () => {
  expect([...tf.matMul(tf.tensor2d([[1, 2]]), tf.tensor2d([[3], [4]])).dataSync()]).toEqual([11]);
});

test('a compiled step reads and updates variables', async () => {
  const w = tf.variable(tf.tensor2d([[1], [2]]));
  const frozen = tf.variable(tf.scalar(3));
  const step = compile(tensorflow, ({ x }) => {
    const { value, grads } = tf.variableGrads(
      () =>
        tf.sum(tf.square(tf.matMul(x as tf.Tensor2D, w as unknown as tf.Tensor2D)).mul(frozen)) as tf.Scalar,
      [w],
    );
    w.assign(w.sub(grads[w.name]!.mul(0.01)));
    return { loss: value };
  });
  const x = tf.tensor2d([[1, 1]]);
  const first = await step.run({ x });
  expect(first.loss!.dataSync()[0]).toBe(27);
  expect([...w.dataSync()].map((v) => +v.toFixed(4))).toEqual([0.82, 1.82]);
  tf.tidy(() => frozen.assign(tf.scalar(0)));
  const before = tf.memory().numTensors;
  const second = await step.run({ x });
  expect(second.loss!.dataSync()[0]).toBe(0);
  second.loss!.dispose();
  expect(tf.memory().numTensors).toBe(before);
  expect(step.statistics.traces).toBe(1);
});
