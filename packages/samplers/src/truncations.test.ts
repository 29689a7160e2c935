import { RandomStream, type Truncation } from '@ganymede/core';
import {
  componentContract,
  expectDistribution,
  fromComponent,
  normalCdf,
  normalDensity,
  truncationContract,
} from '@ganymede/testing';
import { clamp, ClampTruncation } from './clamp.js';
import { none, NoTruncation } from './none.js';
import { resample, ResampleTruncation } from './resample.js';
import { scaled, ScaledTruncation } from './scaled.js';
import { std, StdTruncation } from './std.js';

const truncations = [resample, scaled, clamp, std, none];
truncations.forEach((definition) => componentContract(definition));
truncationContract(fromComponent(none));
for (const threshold of [0.04, 0.5, 1.7]) {
  truncationContract(fromComponent(resample, { threshold }));
  truncationContract(fromComponent(scaled, { threshold }));
  truncationContract(fromComponent(clamp, { threshold }));
  truncationContract(fromComponent(std, { threshold }));
}

const count = 20_000;
const draw = (truncation: Truncation): Float32Array =>
  truncation.sample(count / 4, 4, RandomStream.create(12, 'latent'));

/** N(0, 1) given |N| <= t: its distribution function and variance (Johnson, Kotz and Balakrishnan, section 10.1). */
function truncated(t: number): { cdf: (x: number) => number; variance: number } {
  const mass = normalCdf(t) - normalCdf(-t);
  return {
    cdf: (x) => Math.min(1, Math.max(0, (normalCdf(x) - normalCdf(-t)) / mass)),
    variance: 1 - (2 * t * normalDensity(t)) / mass,
  };
}

describe('the four conventions', () => {
  test.each([0.04, 0.5, 0.99, 1, 1.7, 3])(
    'resample at %d: a normal conditioned on its bounds',
    (threshold) => {
      const sample = draw(new ResampleTruncation(threshold));
      const { cdf, variance } = truncated(threshold);
      expectDistribution(sample, cdf, { mean: 0, variance });
      expect(sample.every((value) => Math.abs(value) <= Math.fround(threshold))).toBe(true);
    },
  );

  test.each([0.04, 0.5, 1])('scaled at %d: that factor times a normal cut at 2', (threshold) => {
    const sample = draw(new ScaledTruncation(threshold));
    const { cdf, variance } = truncated(2);
    expectDistribution(sample, (x) => cdf(x / threshold), { mean: 0, variance: variance * threshold ** 2 });
    expect(sample.every((value) => Math.abs(value) <= Math.fround(2 * threshold))).toBe(true);
  });

  test.each([0.5, 1.7])('clamp at %d: inside as before, outside at the bounds', (threshold) => {
    const sample = draw(new ClampTruncation(threshold));
    const free = draw(new NoTruncation());
    const bound = Math.fround(threshold);
    const expected = free.map((value) => (Math.abs(value) <= bound ? value : Math.sign(value) * bound));
    expect(sample).toEqual(expected);
    const outside = sample.filter((value) => Math.abs(value) === bound).length / count;
    expect(Math.abs(outside - 2 * normalCdf(-threshold))).toBeLessThan((4 * 0.5) / Math.sqrt(count));
  });

  test.each([0.04, 0.5, 1.5])('std at %d: a normal of that deviation, unbounded', (threshold) => {
    const sample = draw(new StdTruncation(threshold));
    expectDistribution(sample, (x) => normalCdf(x / threshold), { mean: 0, variance: threshold ** 2 });
    expect(sample.some((value) => Math.abs(value) > 2.5 * threshold)).toBe(true);
  });

  test('none: standard normal', () => {
    expectDistribution(draw(new NoTruncation()), normalCdf, { mean: 0, variance: 1 });
  });

  test('differ from each other at the same threshold', () => {
    const spread = [ResampleTruncation, ScaledTruncation, ClampTruncation, StdTruncation].map((Kind) => {
      const sample = draw(new Kind(0.5));
      return Math.sqrt(sample.reduce((sum, value) => sum + value * value, 0) / count);
    });
    // Standard deviations at 0.5, from the formulas above and, for clamp, from its two parts.
    const inside = normalCdf(0.5) - normalCdf(-0.5);
    const expected = [
      Math.sqrt(truncated(0.5).variance),
      0.5 * Math.sqrt(truncated(2).variance),
      Math.sqrt(inside * truncated(0.5).variance + (1 - inside) * 0.25),
      0.5,
    ];
    spread.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 2));
    expect(new Set(expected.map((value) => value.toFixed(2))).size).toBe(4);
  });

  test('the threshold must be above 0', () => {
    for (const Kind of [ResampleTruncation, ScaledTruncation, ClampTruncation, StdTruncation]) {
      expect(() => new Kind(0)).toThrow(/truncation \w+: expected a threshold above 0, got 0/);
      expect(() => new Kind(Number.NaN)).toThrow('got NaN');
    }
  });
});
