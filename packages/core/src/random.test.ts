import { GanymedeError } from './errors.js';
import { RandomStream, RandomStreams, type RandomStreamState } from './random.js';

const count = 100_000;

describe('RandomStream', () => {
  // xoshiro128starstar.c of Blackman and Vigna (prng.di.unimi.it, version 1.1) with the state 1, 2, 3, 4.
  test('is xoshiro128**', () => {
    const stream = RandomStream.restore({ name: 'reference', words: [1, 2, 3, 4], spareNormal: null });
    const outputs = Array.from({ length: 10 }, () => stream.nextUint32());
    expect(outputs).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ]);
    expect(stream.state.words).toEqual([939045227, 1864939416, 1451579149, 2199351389]);
  });

  // Pinned: a change would move every run that was ever started.
  test('seeding does not change', () => {
    // FNV-1a and splitmix32 in Python's integers.
    const words = [2607038570, 3802524253, 3584657491, 188669981];
    expect(RandomStream.create(0, 'latent').state).toEqual({ name: 'latent', words, spareNormal: null });
  });

  test('is a function of seed and name', () => {
    const words = (seed: number, name: string): readonly number[] =>
      RandomStream.create(seed, name).state.words;
    expect(words(1, 'latent')).toEqual(words(1, 'latent'));
    const different = [
      words(1, 'latent'),
      words(2, 'latent'),
      words(1, 'labels'),
      words(11, ''),
      words(1, '1'),
      words(1, 'a'),
      words(1, '\u0161'), // the same low byte as the letter a
      words(Number.MAX_SAFE_INTEGER, 'latent'),
    ];
    expect(new Set(different.map(String)).size).toBe(different.length);
  });

  test.each([-1, 0.5, Number.NaN, 2 ** 53])('refuses seed %d', (seed) => {
    expect(() => RandomStream.create(seed, 'latent')).toThrow(
      new GanymedeError('BAD_SEED', `seed: expected a non-negative integer, got ${seed}`, { kind: 'usage' }),
    );
  });

  test('resumes from its state, through JSON and with half a pair of normals left', () => {
    const stream = RandomStream.create(1, 'latent');
    stream.nextNormal();
    const state = JSON.parse(JSON.stringify(stream.state)) as RandomStreamState;
    expect(state.spareNormal).not.toBeNull();
    const expected = stream.normals(9);
    expect(RandomStream.restore(state).normals(9)).toEqual(expected);
  });

  test.each([
    ['all zero', [0, 0, 0, 0]],
    ['three words', [1, 2, 3]],
    ['negative', [-1, 2, 3, 4]],
    ['too large', [2 ** 32, 2, 3, 4]],
    ['not integers', [1.5, 2, 3, 4]],
    ['not numbers', [Number.NaN, 2, 3, 4]],
  ])('refuses a state that is %s', (_, words) => {
    const state = { name: 'latent', words, spareNormal: null } as unknown as RandomStreamState;
    expect(() => RandomStream.restore(state)).toThrow(
      'random stream latent: expected four unsigned 32-bit words',
    );
  });

  test('a clone runs ahead alone', () => {
    const stream = RandomStream.create(1, 'latent');
    const ahead = stream.clone().uniforms(5);
    expect(stream.uniforms(5)).toEqual(ahead);
  });

  test('a fork depends on its name and on where the parent stands, and does not move it', () => {
    const stream = RandomStream.create(1, 'initialization');
    const before = stream.state;
    const first = stream.fork('conv').nextUint32();
    expect(stream.fork('conv').nextUint32()).toBe(first);
    expect(stream.fork('linear').nextUint32()).not.toBe(first);
    expect(stream.state).toEqual(before);
    expect(stream.fork('conv').name).toBe('initialization/conv');
    stream.nextUint32();
    expect(stream.fork('conv').nextUint32()).not.toBe(first);
  });

  test('every bit of the integers is set half of the time', () => {
    const stream = RandomStream.create(3, 'bits');
    const ones = new Array<number>(32).fill(0);
    for (let i = 0; i < count; i++) {
      const word = stream.nextUint32();
      for (let bit = 0; bit < 32; bit++) ones[bit]! += (word >>> bit) & 1;
    }
    const error = 4.5 * 0.5 * Math.sqrt(count);
    for (const one of ones) expect(Math.abs(one - count / 2)).toBeLessThan(error);
  });

  test('uniform numbers are in [0, 1) and uniform', () => {
    const stream = RandomStream.create(4, 'uniform');
    const values = Array.from({ length: count }, () => stream.nextUniform());
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
    const bins = new Array<number>(16).fill(0);
    for (const value of values) bins[Math.floor(value * 16)]! += 1;
    expect(chiSquare(bins)).toBeLessThan(37.7); // 15 degrees of freedom, once in a thousand
  });

  test('float32 uniforms stay below 1, also for the largest integer', () => {
    // xoshiro's output is rotl(5 s1, 7) * 9 mod 2^32: this s1 gives 2^32 - 1.
    const state: RandomStreamState = { name: 'largest', words: [1, 2199679431, 3, 4], spareNormal: null };
    expect(RandomStream.restore(state).nextUint32()).toBe(0xffffffff);
    expect(RandomStream.restore(state).uniforms(1)[0]).toBeLessThan(1);
  });

  test('integers are uniform below their bound', () => {
    const values = RandomStream.create(5, 'integers').integers(count, 7);
    const bins = new Array<number>(7).fill(0);
    for (const value of values) bins[value]! += 1;
    expect(bins.reduce((a, b) => a + b)).toBe(count);
    expect(chiSquare(bins)).toBeLessThan(22.5); // 6 degrees of freedom, once in a thousand
  });

  // Taken modulo 3 * 2^30 alone, two of three draws would fall into the lower third.
  test('integers have no modulo bias', () => {
    const bound = 3 * 2 ** 30;
    const stream = RandomStream.create(6, 'bias');
    const lower = Array.from({ length: 30_000 }, () => stream.nextInteger(bound)).filter(
      (v) => v < 2 ** 30,
    ).length;
    expect(Math.abs(lower / 30_000 - 1 / 3)).toBeLessThan(0.011);
  });

  test.each([0, -1, 1.5, 2 ** 32 + 1, Number.NaN])('refuses bound %d', (bound) => {
    expect(() => RandomStream.create(1, '').nextInteger(bound)).toThrow(
      `nextInteger: expected a bound in [1, 2^32], got ${bound}`,
    );
  });

  test('takes the largest bound', () => {
    expect(RandomStream.create(1, '').nextInteger(2 ** 32)).toBe(RandomStream.create(1, '').nextUint32());
    expect(RandomStream.create(1, '').nextInteger(1)).toBe(0);
  });

  test('normals have the moments of the standard normal, and neighbours do not correlate', () => {
    const values = Array.from(RandomStream.create(7, 'normal').normals(count));
    const mean = (power: number): number => values.reduce((sum, value) => sum + value ** power, 0) / count;
    // Four standard errors: moments 1 to 4 of N(0, 1) have variances 1, 2, 15, 96.
    expect(Math.abs(mean(1))).toBeLessThan(4 * Math.sqrt(1 / count));
    expect(Math.abs(mean(2) - 1)).toBeLessThan(4 * Math.sqrt(2 / count));
    expect(Math.abs(mean(3))).toBeLessThan(4 * Math.sqrt(15 / count));
    expect(Math.abs(mean(4) - 3)).toBeLessThan(4 * Math.sqrt(96 / count));
    for (const lag of [1, 2]) {
      const product = values.slice(lag).reduce((sum, value, i) => sum + value * values[i]!, 0) / count;
      expect(Math.abs(product)).toBeLessThan(4 * Math.sqrt(1 / count));
    }
  });

  test('streams of different names do not correlate', () => {
    const [a, b] = ['a', 'b'].map((name) => RandomStream.create(1, name).normals(count));
    const product = a!.reduce((sum, value, i) => sum + value * b![i]!, 0) / count;
    expect(Math.abs(product)).toBeLessThan(4 * Math.sqrt(1 / count));
  });

  test('a permutation has every index once, and every order is as likely', () => {
    const stream = RandomStream.create(8, 'permutation');
    expect(Array.from(stream.permutation(100)).sort((x, y) => x - y)).toEqual([...Array(100).keys()]);
    expect(stream.permutation(0)).toHaveLength(0);
    const seen = new Map<string, number>();
    for (let i = 0; i < 12_000; i++) {
      const order = stream.permutation(3).join();
      seen.set(order, (seen.get(order) ?? 0) + 1);
    }
    expect(seen.size).toBe(6);
    expect(chiSquare([...seen.values()])).toBeLessThan(20.6); // 5 degrees of freedom, once in a thousand
  });
});

describe('RandomStreams', () => {
  test('a stream does not depend on which others are used', () => {
    const one = new RandomStreams(3);
    const other = new RandomStreams(3);
    other.get('labels').uniforms(10);
    expect(one.get('latent').uniforms(4)).toEqual(other.get('latent').uniforms(4));
    expect(one.get('latent')).toBe(one.get('latent'));
  });

  test('all of them resume together; streams made since start afresh', () => {
    const streams = new RandomStreams(3);
    streams.get('latent').normals(3);
    const saved = streams.state;
    const expected = streams.get('latent').normals(3);
    const fresh = streams.get('later').uniforms(2);
    streams.restore(saved);
    expect(streams.state).toEqual(saved);
    expect(streams.get('latent').normals(3)).toEqual(expected);
    expect(streams.get('later').uniforms(2)).toEqual(fresh);
  });
});

/** Pearson's statistic against equal counts. */
function chiSquare(observed: readonly number[]): number {
  const expected = observed.reduce((a, b) => a + b) / observed.length;
  return observed.reduce((sum, value) => sum + (value - expected) ** 2 / expected, 0);
}
