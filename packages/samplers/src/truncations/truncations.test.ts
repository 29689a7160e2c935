import { RandomStream, type Truncation } from '@ganymede/core';
import {
  clampedNormalOf,
  componentContract,
  expectDistribution,
  failuresOf,
  fromComponent,
  normalOf,
  truncatedNormalOf,
  truncationContract,
  type Distribution,
} from '@ganymede/testing';
import { clamp, ClampTruncation } from './clamp.js';
import { none, NoTruncation } from './none.js';
import { resample, ResampleTruncation } from './resample.js';
import { scaled, ScaledTruncation } from './scaled.js';
import { std, StdTruncation } from './std.js';

/** What each convention says it draws, at thresholds as float32 has them: a clamp's bound has a probability of its own. */
const densities = {
  resample: (threshold: number) => truncatedNormalOf(Math.fround(threshold)),
  scaled: (threshold: number) => truncatedNormalOf(2, threshold),
  clamp: (threshold: number) => clampedNormalOf(Math.fround(threshold)),
  std: (threshold: number) => normalOf(0, threshold),
} satisfies Record<string, (threshold: number) => Distribution>;

const definitions = { resample, scaled, clamp, std };
const conventions = Object.keys(densities) as (keyof typeof densities)[];

[resample, scaled, clamp, std, none].forEach((definition) => componentContract(definition));
truncationContract(fromComponent(none), { distribution: normalOf() });
// 0.99 and 1 are where the way of drawing changes.
for (const threshold of [0.04, 0.5, 0.99, 1, 1.7])
  for (const convention of conventions)
    truncationContract(fromComponent(definitions[convention], { threshold }), {
      distribution: densities[convention](threshold),
    });

const draw = (truncation: Truncation, count = 20_000): Float32Array =>
  truncation.sample(count / 4, 4, RandomStream.create(13, 'latent'));

describe('the four conventions', () => {
  const pairs = conventions.flatMap((drawn) =>
    conventions.filter((called) => called !== drawn).map((called) => [drawn, called] as const),
  );

  test.each(pairs)('%s under the name of %s is found out', (drawn, called) => {
    for (const threshold of [0.3, 0.5, 1, 1.5])
      expect(() =>
        expectDistribution(
          draw(fromComponent(definitions[drawn], { threshold }).create()),
          densities[called](threshold),
        ),
      ).toThrow(/expected a distance below/);
  });

  test('and so it is by the contract', async () => {
    const failures = await failuresOf(() =>
      truncationContract(fromComponent(clamp, { threshold: 0.5 }), { distribution: densities.resample(0.5) }),
    );
    expect(failures.map(({ name }) => name)).toEqual(
      expect.arrayContaining([expect.stringMatching(/has the distribution that it says/)]),
    );
  });

  test('bounds hold, and std has none', () => {
    for (const threshold of [0.04, 0.5, 1.7]) {
      const inside = (truncation: Truncation, bound: number): boolean =>
        draw(truncation).every((value) => Math.abs(value) <= Math.fround(bound));
      expect(inside(new ResampleTruncation(threshold), threshold)).toBe(true);
      expect(inside(new ScaledTruncation(threshold), 2 * threshold)).toBe(true);
      expect(inside(new ClampTruncation(threshold), threshold)).toBe(true);
      expect(inside(new StdTruncation(threshold), 2.5 * threshold)).toBe(false);
    }
  });

  test('clamp moves what lies outside, and nothing else', () => {
    const bound = Math.fround(0.7);
    const free = draw(new NoTruncation());
    const expected = free.map((value) => (Math.abs(value) <= bound ? value : Math.sign(value) * bound));
    expect(draw(new ClampTruncation(0.7))).toEqual(expected);
  });

  test('the threshold must be above 0', () => {
    for (const Kind of [ResampleTruncation, ScaledTruncation, ClampTruncation, StdTruncation]) {
      expect(() => new Kind(0)).toThrow(/truncation \w+: expected a threshold above 0, got 0/);
      expect(() => new Kind(Number.NaN)).toThrow('got NaN');
    }
  });
});
