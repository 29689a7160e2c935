import { RandomStream } from '@ganymede/core';
import { expectEqualShares, expectIndependent, bernoulliOf } from '@ganymede/testing';
import { EpochOrder } from './epoch-order.js';

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
