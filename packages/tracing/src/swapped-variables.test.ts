import * as tf from '@tensorflow/tfjs';
import { SwappedVariables } from './index.js';

beforeAll(() => tf.setBackend('cpu'));
afterEach(() => tf.disposeVariables());

const swap = (): SwappedVariables =>
  new SwappedVariables(tf.backend(), (variable) => tf.zeros(variable.shape, variable.dtype));

test('assignments show, also of a value that another variable has, and are undone', () => {
  const shared = tf.tensor1d([1, 2]);
  const [a, b] = [tf.variable(shared), tf.variable(shared)];
  const swapped = swap();
  a.assign(tf.tensor1d([7, 8]));
  expect(swapped.assigned).toEqual([a]);
  b.assign(a);
  expect(swapped.assigned).toEqual([a, b]);
  swapped.restore();
  expect([...a.dataSync(), ...b.dataSync()]).toEqual([1, 2, 1, 2]);
});

test('variables that are made or disposed meanwhile are named; those made are gone afterwards', () => {
  const outside = tf.variable(tf.scalar(1));
  const { numTensors } = tf.memory();
  const swapped = swap();
  const made = tf.tidy(() => tf.variable(tf.scalar(2)));
  expect(swapped.made).toEqual([made]);
  expect(swapped.disposed).toBeUndefined();
  outside.dispose();
  expect(swapped.disposed).toBe(outside);
  swapped.restore();
  expect(made.isDisposed).toBe(true);
  expect(tf.memory().numTensors).toBe(numTensors - 1); // `outside` is gone as well
});

test('what the engine has no place for is let be', () => {
  const [number, text] = [tf.variable(tf.scalar(1)), tf.variable(tf.scalar('a'))];
  const data = text.dataId;
  const swapped = new SwappedVariables(
    tf.backend(),
    ({ shape }) => tf.zeros(shape),
    ({ dtype }) => dtype !== 'string',
  );
  expect(text.dataId).toBe(data);
  expect(swapped.made).toEqual([]);
  number.assign(tf.scalar(3));
  swapped.restore();
  expect([number.dataSync()[0], text.dataSync()[0]]).toEqual([1, 'a']);
});
