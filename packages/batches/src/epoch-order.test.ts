import { RandomStream } from '@ganymede/core';
import { expectEqualShares, expectIndependent, bernoulliOf } from '@ganymede/testing';
import { EpochOrder, type EpochPosition } from './epoch-order.js';

describe('the order of an epoch', () => {
  test('every order of four images is as likely, in every epoch alike', () => {
    const order = new EpochOrder(4, false, RandomStream.create(1, 'data'));
    const counts = new Map<string, number>();
    // One epoch after another of the same stream.
    for (let epoch = 0; epoch < 12_000; epoch++) {
      const key = order.take(4).indices.join('');
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    expectEqualShares([...counts.values()]);
  });

  test('every image comes at every place as often, whatever the batch', () => {
    const order = new EpochOrder(10, true, RandomStream.create(2, 'data'));
    const places = new Int32Array(100);
    const images = order.take(10 * 3000).indices;
    images.forEach((image, at) => (places[10 * image + (at % 10)]! += 1));
    expectEqualShares(places);
  });

  test('the last image of an epoch says nothing of the first of the next', () => {
    const order = new EpochOrder(5, false, RandomStream.create(3, 'data'));
    const pairs = new Int32Array(25);
    let last = order.take(5).indices[4]!;
    for (let epoch = 0; epoch < 5000; epoch++) {
      const { indices } = order.take(5);
      pairs[5 * last + indices[0]!]! += 1;
      last = indices[4]!;
    }
    expectEqualShares(pairs);
  });

  test('half of the images are mirrored, each by a coin of its own', () => {
    const { flips } = new EpochOrder(7, true, RandomStream.create(4, 'data')).take(20_000);
    const mirrored = flips.reduce((sum, one) => sum + one, 0);
    expectEqualShares([mirrored, flips.length - mirrored]);
    expectIndependent(flips, 7, bernoulliOf(0.5));
  });
});

describe('an epoch in which images have shares', () => {
  const shares = Float64Array.of(0.25, 0.25, 0.5, 1, 3);
  const epoch = (indices: Uint32Array): number[] => {
    const counts = new Array<number>(shares.length).fill(0);
    for (const image of indices) counts[image]!++;
    return counts;
  };

  test('has as many images, each as often as its share, rounded down or up', () => {
    const order = new EpochOrder(5, false, RandomStream.create(5, 'data'), shares);
    const total = new Array<number>(5).fill(0);
    for (let i = 0; i < 4000; i++) {
      const counts = epoch(order.take(5).indices);
      counts.forEach((count, image) => {
        total[image]! += count;
        expect(count).toBeGreaterThanOrEqual(Math.floor(shares[image]!));
        expect(count).toBeLessThanOrEqual(Math.ceil(shares[image]!));
      });
    }
    expect(total[3]).toBe(4000);
    expect(total[4]).toBe(12_000);
    // 1000, 1000 and 2000 expected, with standard deviations of 27, 27 and 32.
    expect(Math.abs(total[0]! - 1000)).toBeLessThan(110);
    expect(Math.abs(total[1]! - 1000)).toBeLessThan(110);
    expect(Math.abs(total[2]! - 2000)).toBeLessThan(130);
  });

  test('has every image at every place as often, whatever the batch', () => {
    const order = new EpochOrder(5, false, RandomStream.create(6, 'data'), shares);
    const places = new Int32Array(5);
    order.take(5 * 4000).indices.forEach((image, at) => {
      if (image === 3) places[at % 5]!++;
    });
    expectEqualShares(places);
  });

  test('goes on from any place to the bit', () => {
    const make = (seed: number): EpochOrder =>
      new EpochOrder(5, true, RandomStream.create(seed, 'data'), shares);
    const whole = make(7);
    for (let taken = 0; taken < 12; taken++) {
      const resumed = make(99);
      resumed.restore(JSON.parse(JSON.stringify(whole.position)) as EpochPosition);
      const ahead = make(98);
      ahead.restore(whole.position);
      expect(resumed.take(9)).toEqual(ahead.take(9));
      const straight = make(7);
      straight.take(taken);
      resumed.restore(whole.position);
      expect(resumed.take(9)).toEqual(straight.take(9));
      whole.take(1);
    }
  });
});
