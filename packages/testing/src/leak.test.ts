import * as tf from '@tensorflow/tfjs';
import { expectNoLeak } from './leak.js';

describe('expectNoLeak', () => {
  test('accepts clean functions and results that are the caller’s', () => {
    expectNoLeak(() => tf.tidy(() => tf.ones([2]).add(1)));
    expectNoLeak(() => ({ a: tf.ones([1]), b: [tf.zeros([2])] }));
    expectNoLeak(() => undefined);
  });

  test('refuses what stays behind, and what was not its own', () => {
    const left: tf.Tensor[] = [];
    expect(() => expectNoLeak(() => void left.push(tf.ones([1]), tf.ones([1])))).toThrow('2 leaked');
    expect(() => expectNoLeak(() => left[0]!.dispose())).toThrow('1 that were not its own');
    left[1]!.dispose();
  });

  test('waits for promises', async () => {
    await expectNoLeak(async () => tf.ones([3]));
    const left: tf.Tensor[] = [];
    await expect(expectNoLeak(async () => void left.push(tf.ones([1])))).rejects.toThrow('1 leaked');
    await expect(expectNoLeak(() => Promise.reject(new Error('its own')))).rejects.toThrow('its own');
    tf.dispose(left);
  });
});
