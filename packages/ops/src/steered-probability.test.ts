import * as tf from '@tensorflow/tfjs';
import { expectNoLeak } from '@ganymede/testing';
import { SteeredProbability } from './steered-probability.js';

beforeAll(() => tf.setBackend('cpu'));

const steered = () => new SteeredProbability({ target: 0.5, interval: 2, speed: 100, initial: 0.1 });
const seen = (one: SteeredProbability, ...logits: number[]): number =>
  tf.tidy(() => one.observe(tf.tensor1d(logits)).arraySync());

test('p moves once an interval, by the images that were seen, towards the target', () => {
  const one = steered();
  expect(seen(one, 3, 1, -2, 5)).toBeCloseTo(0.5, 6);
  expect(one.p.arraySync()).toBeCloseTo(0.1, 6);
  expect(seen(one, 1, 1, 1, 1)).toBeCloseTo(6 / 8, 6); // r above the target: D overfits
  expect(one.p.arraySync()).toBeCloseTo(0.1 + 8 / 100, 6);
  expect(Object.values(one.state).map((variable) => variable.arraySync())).toEqual([
    expect.any(Number),
    0,
    0,
    0,
  ]);
  seen(one, -1, -1);
  seen(one, -1, -1);
  expect(one.p.arraySync()).toBeCloseTo(0.18 - 4 / 100, 6);
});

test('p stays within 0 and 1, and where it is where it is not steered', () => {
  const one = steered();
  for (let i = 0; i < 40; i++) seen(one, -1, -1, -1, -1);
  expect(one.p.arraySync()).toBe(0);
  for (let i = 0; i < 80; i++) seen(one, 1, 1, 1, 1);
  expect(one.p.arraySync()).toBe(1);
  tf.tidy(() => [1, 2].map(() => one.observe(tf.tensor1d([-1, -1]), false)));
  expect(one.p.arraySync()).toBe(1);
});

test('observing keeps nothing', () => {
  const one = steered();
  expectNoLeak(() => void seen(one, 1, -1));
});
