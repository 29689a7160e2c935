import { RandomStream } from '@ganymede/core';
import { expectAllclose } from './allclose.js';
import { chiSquare, chiSquareBound, expectEqualShares } from './chi-square.js';
import {
  bernoulliOf,
  censoredNormalOf,
  clampedNormalOf,
  normalOf,
  truncatedNormalOf,
  uniformOf,
  type Distribution,
} from './distributions.js';
import { expectDistribution, expectIndependent, moments } from './expect-distribution.js';
import { kolmogorovSmirnov, kolmogorovSmirnovBound } from './kolmogorov-smirnov.js';
import { normalCdf, normalDensity, normalQuantile } from './normal.js';

describe('the normal distribution', () => {
  // Abramowitz and Stegun, table 26.1.
  test('values', () => {
    const at = [0, 1, -1, 1.96, 3, -5, 40, -40].map(normalCdf);
    const table = [
      0.5, 0.841344746068543, 0.158655253931457, 0.97500210485178, 0.99865010196837, 2.866515719e-7, 1, 0,
    ];
    expectAllclose(at, table, { rtol: 1e-9, atol: 1e-13 });
  });

  test('its slope is the density, its inverse the quantile', () => {
    for (const x of [-2, -0.3, 0, 1.1]) {
      expectAllclose((normalCdf(x + 1e-4) - normalCdf(x - 1e-4)) / 2e-4, normalDensity(x), { rtol: 1e-6 });
      expectAllclose(normalQuantile(normalCdf(x)), x, { atol: 1e-11, rtol: 0 });
    }
    expectAllclose(normalQuantile(0.975), 1.959963984540054, { rtol: 1e-11 });
  });
});

describe('distributions: moments are those of the distribution function', () => {
  /** E (x - m)^p by parts over the tails: sums of p (x - m)^(p - 1) times the tail's probability. */
  function moment({ cdf }: Distribution, about: number, power: number): number {
    const step = 5e-4;
    let sum = 0;
    for (let x = step / 2; x < 12; x += step)
      sum +=
        power * x ** (power - 1) * (1 - cdf(about + x) + (power % 2 === 0 ? 1 : -1) * cdf(about - x)) * step;
    return sum;
  }

  test.each<[string, Distribution]>([
    ['normal', normalOf(0.3, 1.2)],
    ['truncated at 0.5', truncatedNormalOf(0.5)],
    ['truncated at 2, times 0.7', truncatedNormalOf(2, 0.7)],
    ['clamped at 0.5', clampedNormalOf(0.5)],
    ['clamped at 1.5', clampedNormalOf(1.5)],
    ['censored', censoredNormalOf()],
    ['uniform', uniformOf(-1, 1)],
    ['Bernoulli', bernoulliOf(0.3)],
  ])('%s', (_, one) => {
    expectAllclose(one.mean + moment(one, one.mean, 1), one.mean, { atol: 2e-4, rtol: 0 });
    expectAllclose(moment(one, one.mean, 2), one.variance, { rtol: 2e-3 });
    expectAllclose(moment(one, one.mean, 4), one.fourth, { rtol: 4e-3 });
  });
});

describe('kolmogorovSmirnov', () => {
  test('the distance by hand, with atoms and without', () => {
    expect(kolmogorovSmirnov([0.1, 0.6, 0.7], uniformOf(0, 1))).toBeCloseTo(0.3, 12);
    expect(kolmogorovSmirnov([0, 0, 1, 1], bernoulliOf(0.5))).toBe(0);
    expect(kolmogorovSmirnov([0, 1, 1, 1], bernoulliOf(0.5))).toBe(0.25);
    expect(kolmogorovSmirnov([Number.NaN], uniformOf(0, 1))).toBeNaN();
  });

  test('the bound holds as often as it says: of 400 samples a tenth at most lie above that of a tenth', () => {
    const random = RandomStream.create(2, 'uniform');
    const bound = kolmogorovSmirnovBound(200, 0.1);
    const above = Array.from({ length: 400 }, () => random.uniforms(200)).filter(
      (sample) => kolmogorovSmirnov(sample, uniformOf(0, 1)) > bound,
    ).length;
    expect(above).toBeLessThan(400 * 0.1 + 4 * Math.sqrt(400 * 0.09));
    // It is no bound that nothing ever reaches.
    expect(above).toBeGreaterThan(10);
  });
});

describe('expectDistribution', () => {
  const normals = RandomStream.create(1, 'normals').normals(20_000);

  test('accepts draws of the distribution', () => expectDistribution(normals, normalOf()));

  test('refuses about as many seeds as it says', () => {
    const refused = Array.from({ length: 300 }, (_, seed) => seed).filter((seed) => {
      try {
        expectDistribution(RandomStream.create(seed, 'alarm').normals(1000), normalOf(), { falseAlarm: 0.1 });
        return false;
      } catch {
        return true;
      }
    });
    expect(refused.length).toBeGreaterThan(3);
    expect(refused.length).toBeLessThan(300 * 0.1 + 4 * Math.sqrt(300 * 0.09));
  });

  test.each<[string, (value: number) => number, RegExp]>([
    ['shifted by a twentieth', (value) => value + 0.05, /distance below|mean/],
    ['five per cent wider', (value) => value * 1.05, /distance below|variance/],
    ['with a heavier tail', (value) => (Math.abs(value) > 2.2 ? value * 1.3 : value), /variance/],
    ['not numbers', () => NaN, /distance below/],
  ])('refuses draws that are %s', (_, change, message) => {
    expect(() => expectDistribution(normals.map(change), normalOf())).toThrow(message);
  });

  test('refuses samples too small to tell', () => {
    expect(() => expectDistribution([0, 1], normalOf())).toThrow('at least 1000 values, got 2');
    expect(() => expectIndependent([0, 1], 1, normalOf())).toThrow('at least 1000 values, got 2');
  });

  test('moments', () => expect(moments([1, 2, 3, 6])).toEqual({ mean: 3, variance: 3.5 }));
});

describe('expectIndependent', () => {
  const normals = RandomStream.create(3, 'normals').normals(40_000);

  test('accepts independent draws', () => expectIndependent(normals, 8, normalOf()));

  test.each<[string, (i: number) => number, RegExp]>([
    ['rows that repeat the one before', (i) => normals[(i >> 4) * 8 + (i % 8)]!, /values 8 apart/],
    [
      'neighbours with something in common',
      (i) => 0.95 * normals[i]! + 0.31 * normals[i ^ 1]!,
      /values 1 apart/,
    ],
    ['magnitudes in common', (i) => Math.sign(normals[i]!) * Math.abs(normals[i & ~1]!), /squares 1 apart/],
  ])('refuses %s', (_, value, message) => {
    const sample = Float32Array.from({ length: 40_000 }, (__, i) => value(i));
    expect(() => expectIndependent(sample, 8, normalOf())).toThrow(message);
  });
});

describe('chi-square', () => {
  test('the statistic, and its bound against tables', () => {
    expect(chiSquare([10, 20, 30])).toBe(10);
    expect(chiSquare([10, 30], [0.25, 0.75])).toBe(0);
    // Abramowitz and Stegun, table 26.8: 16.27, 27.88 and 149.4 at 0.001.
    expectAllclose(
      [3, 9, 100].map((degrees) => chiSquareBound(degrees, 0.001)),
      [16.266, 27.877, 149.449],
      { rtol: 0.02 },
    );
  });

  test('equal shares', () => {
    const counts = new Int32Array(12);
    for (const value of RandomStream.create(4, 'counts').integers(6000, 12)) counts[value]! += 1;
    expectEqualShares(counts);
    counts[3]! += 150;
    expect(() => expectEqualShares(counts)).toThrow(/chi-square below 3\d\.\d of equal shares, got/);
    expect(() => expectEqualShares([1, 2])).toThrow('at least 2 categories of 5 draws each');
  });
});
