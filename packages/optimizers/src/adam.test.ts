import * as tf from '@tensorflow/tfjs';
import { RandomStream } from '@ganymede/core';
import { componentContract, expectAllclose, fromComponent, optimizerContract } from '@ganymede/testing';
import { Adam, adam } from './adam.js';

componentContract(adam);
optimizerContract(fromComponent(adam));
optimizerContract(fromComponent(adam, { beta1: 0.5, beta2: 0.9, weightDecay: 0.01 }));
optimizerContract(fromComponent(adam, { beta1: 0.5, beta2: 0.9, weightDecay: 0.01, decoupled: true }));

interface Setting {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  readonly decoupled?: boolean;
}

/** Algorithm 1 of the paper (algorithm 2 of AdamW's) line by line in float64, one weight at a time. */
function reference(start: number, gradients: readonly number[], rate: number, setting: Setting): number {
  const { beta1, beta2, epsilon, weightDecay, decoupled } = setting;
  let [w, m, v] = [start, 0, 0];
  gradients.forEach((raw, index) => {
    const t = index + 1;
    const g = raw + (decoupled ? 0 : weightDecay * w);
    if (decoupled) w *= 1 - rate * weightDecay;
    m = beta1 * m + (1 - beta1) * g;
    v = beta2 * v + (1 - beta2) * g * g;
    const mHat = m / (1 - beta1 ** t);
    const vHat = v / (1 - beta2 ** t);
    w -= (rate * mHat) / (Math.sqrt(vHat) + epsilon);
  });
  return w;
}

describe('Adam', () => {
  test.each<Setting>([
    { beta1: 0, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 },
    { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 },
    { beta1: 0.5, beta2: 0.9, epsilon: 0.1, weightDecay: 0 },
    { beta1: 0.9, beta2: 0.99, epsilon: 1e-6, weightDecay: 0.1 },
    { beta1: 0.5, beta2: 0, epsilon: 1e-3, weightDecay: 0 },
    { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.5, decoupled: true },
    { beta1: 0, beta2: 0.99, epsilon: 1e-6, weightDecay: 0.1, decoupled: true },
  ])('agrees with the paper in float64 over 50 steps: %j', (setting) => {
    const random = RandomStream.create(1, 'adam');
    const steps = 50;
    const start = Array.from(random.normals(6));
    const gradients = Array.from({ length: steps }, () => Array.from(random.normals(6)));
    const weight = tf.variable(tf.tensor2d(start, [2, 3]));
    const instance = new Adam(setting).create({ w: weight });
    for (let t = 1; t <= steps; t++) {
      tf.tidy(() =>
        instance.apply(
          { w: weight },
          { w: tf.tensor2d(gradients[t - 1]!, [2, 3]) },
          tf.scalar(0.02),
          tf.scalar(t),
        ),
      );
    }
    const expected = start.map((w, i) =>
      reference(
        w,
        gradients.map((row) => row[i]!),
        0.02,
        setting,
      ),
    );
    expectAllclose(Array.from(weight.dataSync()), expected, { rtol: 1e-5, atol: 2e-6 });
    instance.dispose();
    weight.dispose();
  });

  // torch.optim.Adam whose betas are set before each step, as R3GAN's training_loop.py does: both the average and its
  // correction have the beta2 of the step.
  test('beta2 on a schedule is that of each step', () => {
    const schedule = { from: 0.9, to: 0.99, over: 40, start: 0, curve: 'cosine', unit: 'images' } as const;
    const random = RandomStream.create(3, 'adam');
    const gradients = Array.from(random.normals(12));
    const weight = tf.variable(tf.scalar(0.5));
    const instance = new Adam({ beta2: schedule }).create({ w: weight });
    let [w, v] = [0.5, 0];
    gradients.forEach((g, index) => {
      const done = { step: index, images: index * 5 };
      for (const one of instance.scheduled ?? []) one.moveTo(done);
      const beta2 = 0.99 + ((0.9 - 0.99) * (1 + Math.cos((Math.PI * Math.min(index * 5, 40)) / 40))) / 2;
      v = beta2 * v + (1 - beta2) * g * g;
      w -= (0.02 * g) / (Math.sqrt(v / (1 - beta2 ** (index + 1))) + 1e-8);
      tf.tidy(() =>
        instance.apply({ w: weight }, { w: tf.scalar(g) }, tf.scalar(0.02), tf.scalar(index + 1)),
      );
    });
    expectAllclose(weight, w, { rtol: 1e-5 });
    instance.dispose();
    weight.dispose();
  });

  // Bias correction makes the first step rate * g / (|g| + epsilon); TensorFlow's Adam, whose epsilon is inside the
  // correction, would give rate * g / (|g| + epsilon / sqrt(1 - beta2)).
  test("epsilon has PyTorch's meaning", () => {
    const weight = tf.variable(tf.tensor1d([0, 0]));
    const instance = new Adam({ epsilon: 0.5 }).create({ w: weight });
    tf.tidy(() => instance.apply({ w: weight }, { w: tf.tensor1d([0.5, -2]) }, tf.scalar(0.1), tf.scalar(1)));
    expectAllclose(weight, [(-0.1 * 0.5) / 1, (0.1 * 2) / 2.5]);
    instance.dispose();
    weight.dispose();
  });

  test('late steps are exact: the correction does not round to nothing or to one', () => {
    const setting = { beta1: 0, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 };
    const weight = tf.variable(tf.scalar(0));
    const instance = new Adam(setting).create({ w: weight });
    tf.tidy(() => {
      instance.apply({ w: weight }, { w: tf.scalar(1) }, tf.scalar(1), tf.scalar(100_000));
    });
    // v = 0.001, no correction left.
    expectAllclose(weight, -1 / (Math.sqrt(0.001) + 1e-8));
    instance.dispose();
    weight.dispose();
  });

  test('slots: m and v by name; no m where beta1 is 0', () => {
    const weights = { 'a.weight': tf.variable(tf.zeros([2, 3])), b: tf.variable(tf.scalar(0)) };
    const full = new Adam({ beta1: 0.9 }).create(weights);
    const half = new Adam({ beta1: 0 }).create(weights);
    expect(Object.keys(full.state)).toEqual(['m.a.weight', 'm.b', 'v.a.weight', 'v.b']);
    expect(Object.keys(half.state)).toEqual(['v.a.weight', 'v.b']);
    expect(full.state['v.a.weight']!.shape).toEqual([2, 3]);
    expect(Object.values(full.state).some((slot) => slot.trainable)).toBe(false);
    full.dispose();
    half.dispose();
    tf.dispose(weights);
  });

  test('a weight it was not made for is an error', () => {
    const weight = tf.variable(tf.scalar(0));
    const instance = new Adam().create({ w: weight });
    tf.tidy(() => {
      expect(() =>
        instance.apply({ w: weight, x: weight }, { x: tf.scalar(1) }, tf.scalar(1), tf.scalar(1)),
      ).toThrow('optimizer: expected a weight it was made for, got v.x');
    });
    instance.dispose();
    weight.dispose();
  });
});
