import * as tf from '@tensorflow/tfjs';
import { expectAllclose } from './allclose.js';
import { expectNoLeak } from './leak.js';
import { inLockstep } from './lockstep.js';

beforeAll(() => tf.setBackend('cpu'));

test('means that depend on earlier means', () => {
  // Of 1 and 3 the mean is 2, the squared distances from it are 1 and 1; of 0 and 6: 3, 9 and 9.
  const variances = inLockstep(2, (index, replicas) => {
    const x = tf.tensor1d(index === 0 ? [1, 0] : [3, 6]);
    const mean = replicas.mean(x);
    return replicas.mean(tf.square(tf.sub(x, mean)));
  });
  variances.forEach((variance) => expectAllclose(variance, [1, 9]));
  tf.dispose(variances);
});

test('leaks nothing', () => {
  expectNoLeak(() => inLockstep(3, (index, replicas) => replicas.mean(tf.scalar(index))));
});
