import { RandomStream, type Prior } from '@ganymede/core';
import {
  componentContract,
  expectDistribution,
  fromComponent,
  moments,
  normalCdf,
  normalDensity,
  priorContract,
} from '@ganymede/testing';
import { bernoulli } from './bernoulli.js';
import { censoredNormal } from './censored-normal.js';
import { normal } from './normal.js';
import { uniform } from './uniform.js';

const priors = [normal, uniform, bernoulli, censoredNormal];
priors.forEach((definition) => componentContract(definition));
priors.forEach((definition) => priorContract(fromComponent(definition)));

const count = 20_000;
const draw = (prior: Prior): Float32Array => prior.sample(count / 4, 4, RandomStream.create(11, 'latent'));

describe('NormalPrior', () => {
  test('is standard normal', () => {
    expectDistribution(draw(fromComponent(normal).create()), normalCdf, { mean: 0, variance: 1 });
  });

  test('takes from the stream as the stream gives, so that batches can be split', () => {
    const prior = fromComponent(normal).create();
    const whole = prior.sample(4, 8, RandomStream.create(1, 'z'));
    const random = RandomStream.create(1, 'z');
    const halves = [...prior.sample(2, 8, random), ...prior.sample(2, 8, random)];
    expect(Array.from(whole)).toEqual(halves);
  });
});

describe('UniformPrior', () => {
  test('is uniform in [-1, 1)', () => {
    const sample = draw(fromComponent(uniform).create());
    expectDistribution(sample, (x) => Math.min(1, Math.max(0, (x + 1) / 2)), { mean: 0, variance: 1 / 3 });
    expect(sample.every((value) => value >= -1 && value < 1)).toBe(true);
  });
});

describe('BernoulliPrior', () => {
  test('is 0 or 1, each half of the time', () => {
    const sample = draw(fromComponent(bernoulli).create());
    expect(new Set(sample)).toEqual(new Set([0, 1]));
    const { mean } = moments(sample);
    expect(Math.abs(mean - 0.5)).toBeLessThan((4 * 0.5) / Math.sqrt(count));
  });

  test('neighbours are independent', () => {
    const sample = draw(fromComponent(bernoulli).create());
    const equal = sample.filter((value, i) => i > 0 && value === sample[i - 1]).length;
    expect(Math.abs(equal / count - 0.5)).toBeLessThan((4 * 0.5) / Math.sqrt(count));
  });
});

describe('CensoredNormalPrior', () => {
  test('is half zeros and half a half-normal', () => {
    const sample = draw(fromComponent(censoredNormal).create());
    const positive = sample.filter((value) => value > 0);
    expect(sample.every((value) => value >= 0)).toBe(true);
    expect(Math.abs(positive.length / count - 0.5)).toBeLessThan((4 * 0.5) / Math.sqrt(count));
    // Moments of |N|: mean 2 phi(0), second moment 1.
    const mean = 2 * normalDensity(0);
    expectDistribution(positive, (x) => 2 * normalCdf(x) - 1, { mean, variance: 1 - mean ** 2 });
  });
});
