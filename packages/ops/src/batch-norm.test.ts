import * as tf from '@tensorflow/tfjs';
import { RandomStream } from '@ganymede/core';
import { expectAllclose, expectGradient, expectNoLeak, inLockstep } from '@ganymede/testing';
import { batchMoments, batchNorm, normalizeWith } from './batch-norm.js';

const random = RandomStream.create(5, 'batch-norm');
const [B, H, W, C] = [3, 2, 4, 2];
const draw = <R extends tf.Rank>(...shape: number[]): tf.Tensor<R> =>
  tf.tensor<R>(random.normals(shape.reduce((a, b) => a * b)), shape as tf.ShapeMap[R]);
const x = tf.tidy(() => tf.add(tf.mul(draw<tf.Rank.R4>(B, H, W, C), 2), 1)) as tf.Tensor4D;

beforeAll(() => tf.setBackend('cpu'));

/** The textbook formula out of plain operations. */
function plain(x: tf.Tensor, gain: tf.Tensor, bias: tf.Tensor, epsilon: number): tf.Tensor {
  const { mean, variance } = tf.moments(x, [0, 1, 2]);
  const normalized = tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, epsilon)));
  const spread = (t: tf.Tensor): tf.Tensor => (t.rank === 2 ? tf.reshape(t, [B, 1, 1, C]) : t);
  return tf.add(tf.mul(normalized, spread(gain)), spread(bias));
}

describe.each([
  ['per sample', [B, C]],
  ['shared', [C]],
])('batchNorm, gain and bias %s', (_, shape) => {
  const gain = tf.tidy(() => tf.add(draw(...shape), 1)) as tf.Tensor2D;
  const bias = draw(...shape) as tf.Tensor2D;

  test('agrees with the textbook formula', () => {
    tf.tidy(() => {
      const { value, mean, variance } = batchNorm(x, gain, bias, { epsilon: 0.1 });
      expectAllclose(value, plain(x, gain, bias, 0.1), { atol: 1e-5 });
      const moments = tf.moments(x, [0, 1, 2]);
      expectAllclose(mean, moments.mean, { atol: 1e-6 });
      expectAllclose(variance, moments.variance, { rtol: 1e-5 });
      expectAllclose(
        batchNorm(x, gain, bias, { epsilon: 0.1, relu: true }).value,
        tf.relu(plain(x, gain, bias, 0.1)),
        { atol: 1e-5 },
      );
    });
  });

  test('first and second gradients, through the statistics too', () => {
    expectGradient(
      (x, g, b) => batchNorm(x as tf.Tensor4D, g as tf.Tensor2D, b as tf.Tensor2D).value,
      [x, gain, bias],
      { order: 2, tolerance: 5e-3 },
    );
  });

  test('the gradients with ReLU are those of the two operations', () => {
    tf.tidy(() => {
      const weights = draw(B, H, W, C);
      const of = (relu: boolean) => (x: tf.Tensor, g: tf.Tensor, b: tf.Tensor) => {
        const { value } = batchNorm(x as tf.Tensor4D, g as tf.Tensor2D, b as tf.Tensor2D, { relu });
        return tf.sum(tf.mul(tf.square(relu ? value : tf.relu(value)), weights));
      };
      const penalty = (relu: boolean) => (x: tf.Tensor, g: tf.Tensor, b: tf.Tensor) =>
        tf.addN(
          tf
            .grads(of(relu))([x, g, b])
            .map((gradient) => tf.sum(tf.square(gradient))),
        );
      for (const f of [of, penalty]) {
        const expected = tf.grads(f(false))([x, gain, bias]);
        tf.grads(f(true))([x, gain, bias]).forEach((gradient, i) =>
          expectAllclose(gradient, expected[i]!, { rtol: 1e-3, atol: 1e-3 }),
        );
      }
    });
  });

  test('given statistics are constants', () => {
    const { mean, variance } = batchMoments(x);
    const at = (x: tf.Tensor, g: tf.Tensor, b: tf.Tensor): tf.Tensor =>
      normalizeWith(x as tf.Tensor4D, g as tf.Tensor2D, b as tf.Tensor2D, { mean, variance });
    tf.tidy(() => expectAllclose(at(x, gain, bias), plain(x, gain, bias, 1e-5), { atol: 1e-5 }));
    expectGradient(at, [x, gain, bias], { order: 2 });
  });

  test('leaks nothing', () => {
    expectNoLeak(() => tf.tidy(() => batchNorm(x, gain, bias, { relu: true }).value));
    expectNoLeak(() =>
      tf.grads((x, g, b) =>
        tf.sum(batchNorm(x as tf.Tensor4D, g as tf.Tensor2D, b as tf.Tensor2D, { relu: true }).value),
      )([x, gain, bias]),
    );
  });
});

/**
 * Gradients that replicas found, [x, gain, bias] of each, are those of the mean of their losses: to its own images each has as many times
 * as much as there are replicas.
 */
function expectWhole(
  found: readonly (readonly tf.Tensor[])[],
  [dx, dgain, dbias]: readonly [tf.Tensor, tf.Tensor, tf.Tensor],
): void {
  const tolerance = { rtol: 1e-3, atol: 1e-4 };
  const images = tf.concat(
    found.map(([x]) => x!),
    0,
  );
  expectAllclose(tf.div(images, found.length), dx, tolerance);
  expectAllclose(tf.mean(tf.stack(found.map(([, g]) => g!)), 0), dgain, tolerance);
  expectAllclose(tf.mean(tf.stack(found.map(([, , b]) => b!)), 0), dbias, tolerance);
}

describe('over two replicas', () => {
  const other = tf.tidy(() => tf.sub(tf.mul(draw<tf.Rank.R4>(B, H, W, C), 0.5), 2)) as tf.Tensor4D;
  const parts = [x, other];
  const whole = tf.concat(parts, 0);
  const gain = tf.tidy(() => tf.add(draw(B, C), 1)) as tf.Tensor2D;
  const bias = draw(B, C) as tf.Tensor2D;
  const weights = parts.map(() => draw(B, H, W, C));
  /** Of half of the batch; the loss is the mean of the halves' sums. */
  const lossOf =
    (part: number, replicas?: Parameters<typeof batchMoments>[1]) =>
    (x: tf.Tensor, g: tf.Tensor, b: tf.Tensor): tf.Tensor => {
      const { value } = batchNorm(x as tf.Tensor4D, g as tf.Tensor2D, b as tf.Tensor2D, { replicas });
      return tf.sum(tf.mul(tf.square(value), weights[part]!));
    };
  const wholeLoss = (x: tf.Tensor, g: tf.Tensor, b: tf.Tensor): tf.Tensor => {
    const twice = (t: tf.Tensor): tf.Tensor2D => tf.concat([t, t], 0) as tf.Tensor2D;
    const { value } = batchNorm(x as tf.Tensor4D, twice(g), twice(b));
    return tf.div(tf.sum(tf.mul(tf.square(value), tf.concat(weights, 0))), 2);
  };

  test('each has the value that its half has in the whole batch', () => {
    tf.tidy(() => {
      const twice = (t: tf.Tensor2D): tf.Tensor2D => tf.concat([t, t], 0);
      const expected = batchNorm(whole, twice(gain), twice(bias));
      const found = inLockstep(2, (index, replicas) => {
        const { value, mean, variance } = batchNorm(parts[index]!, gain, bias, { replicas });
        return [value, mean, variance];
      });
      expectAllclose(
        tf.concat(
          found.map(([value]) => value!),
          0,
        ),
        expected.value,
        { atol: 1e-5 },
      );
      for (const [, mean, variance] of found) {
        expectAllclose(mean!, expected.mean, { atol: 1e-6 });
        expectAllclose(variance!, expected.variance, { rtol: 1e-5 });
      }
    });
  });

  // The whole batch's loss is the mean of the replicas', so its gradient to an image is half of the replica's own.
  test('gradients are those of the whole batch', () => {
    tf.tidy(() => {
      const [dx, dgain, dbias] = tf.grads(wholeLoss)([whole, gain, bias]);
      const found = inLockstep(2, (index, replicas) =>
        tf.grads(lossOf(index, replicas))([parts[index]!, gain, bias]),
      );
      expectWhole(found, [dx!, dgain!, dbias!]);
    });
  });

  test('and so are the gradients of a penalty on the gradient', () => {
    tf.tidy(() => {
      // Of the mean of the losses: a replica's own gradient to its images is twice that.
      const norm = (x: tf.Tensor, g: tf.Tensor): tf.Tensor =>
        tf.sum(tf.square(tf.grad((x: tf.Tensor) => wholeLoss(x, g, bias))(x)));
      const part =
        (index: number, replicas: Parameters<typeof batchMoments>[1]) => (x: tf.Tensor, g: tf.Tensor) => {
          const gradient = tf.grad((x: tf.Tensor) => lossOf(index, replicas)(x, g, bias))(x);
          return tf.mul(tf.sum(tf.square(tf.div(gradient, 2))), 2);
        };
      const [dx, dgain] = tf.grads(norm)([whole, gain]);
      const found = inLockstep(2, (index, replicas) =>
        tf.grads(part(index, replicas))([parts[index]!, gain]),
      );
      const tolerance = { rtol: 5e-3, atol: 5e-3 };
      expectAllclose(
        tf.div(
          tf.concat(
            found.map(([x]) => x!),
            0,
          ),
          2,
        ),
        dx!,
        tolerance,
      );
      expectAllclose(tf.mean(tf.stack(found.map(([, g]) => g!)), 0), dgain!, tolerance);
    });
  });
});

test('a mean far from zero does not cancel', () => {
  tf.tidy(() => {
    const far = tf.add(x, 1000) as tf.Tensor4D;
    expectAllclose(batchMoments(far).variance, batchMoments(x).variance, { rtol: 1e-3 });
  });
});

test('says which shapes do not fit', () => {
  expect(() => batchNorm(x, tf.zeros<tf.Rank.R1>([C + 1]), tf.zeros<tf.Rank.R1>([C + 1]))).toThrow(
    'batchNorm: expected gain and bias of [2] or [3, 2] for x [3, 2, 4, 2], got [3] and [3]',
  );
});

describe('over groups of four replicas', () => {
  const parts = [0, 1, 2, 3].map(
    (i) => tf.tidy(() => tf.add(tf.mul(draw<tf.Rank.R4>(B, H, W, C), 1 + i), i)) as tf.Tensor4D,
  );
  const gain = tf.tidy(() => tf.add(draw(C), 1)) as tf.Tensor1D;
  const bias = draw(C) as tf.Tensor1D;
  const weights = parts.map(() => draw(B, H, W, C));

  /** By plain operations: each group's images by their own statistics, and the mean of the losses of all four. */
  const reference = (size: number) => {
    const loss = (x: tf.Tensor, g: tf.Tensor, b: tf.Tensor): tf.Tensor => {
      const sums = Array.from({ length: 4 / size }, (_, group) => {
        const images = tf.slice(x, group * size * B, size * B);
        const own = weights.slice(group * size, (group + 1) * size);
        const { mean, variance } = tf.moments(images, [0, 1, 2]);
        const normalized = tf.div(tf.sub(images, mean), tf.sqrt(tf.add(variance, 1e-5)));
        const value = tf.add(tf.mul(normalized, g), b);
        return tf.sum(tf.mul(tf.square(value), tf.concat(own, 0)));
      });
      return tf.div(tf.addN(sums), 4);
    };
    return tf.grads(loss)([tf.concat(parts, 0), gain, bias]);
  };

  test.each([1, 2, 4])("of %i: gradients are those of statistics that are each group's own", (size) => {
    tf.tidy(() => {
      const [dx, dgain, dbias] = reference(size);
      const found = inLockstep(4, (index, replicas) =>
        tf.grads((x: tf.Tensor, g: tf.Tensor, b: tf.Tensor) => {
          const { value } = batchNorm(x as tf.Tensor4D, g as tf.Tensor1D, b as tf.Tensor1D, {
            replicas: replicas.grouped(size),
          });
          return tf.sum(tf.mul(tf.square(value), weights[index]!));
        })([parts[index]!, gain, bias]),
      );
      expectWhole(found, [dx!, dgain!, dbias!]);
    });
  });

  test('groups of one exchange nothing', () => {
    tf.tidy(() => {
      const alone = inLockstep(4, (index, replicas) => {
        const group = replicas.grouped(1);
        const refuse = (): never => {
          throw new Error('an exchange');
        };
        const silent = { ...group, sum: refuse, mean: refuse, gather: refuse };
        return batchNorm(parts[index]!, gain, bias, { replicas: silent }).value;
      });
      alone.forEach((value, i) => expectAllclose(value, batchNorm(parts[i]!, gain, bias).value, { atol: 0 }));
    });
  });
});
