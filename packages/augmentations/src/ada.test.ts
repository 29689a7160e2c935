import * as tf from '@tensorflow/tfjs';
import { RandomStream, type DiscriminatorPass } from '@ganymede/core';
import {
  augmentationContract,
  componentContract,
  expectAllclose,
  expectGradient,
  expectNoLeak,
  fromComponent,
} from '@ganymede/testing';
import { Ada, ada } from './ada.js';

componentContract(ada);
augmentationContract(fromComponent(ada, { probability: 1 }));
augmentationContract(fromComponent(ada, { probability: 0.7, transforms: ['color'] }), 1);
augmentationContract(fromComponent(ada, { initial: 1 }), 4);
augmentationContract(fromComponent(ada, { probability: 0.9, transforms: ['cutout'] }), 3);

beforeAll(() => tf.setBackend('cpu'));

/** Draws under which nothing happens at p = 1 but what is said; index of 24 uniform numbers, then of 8 normal ones. */
function drawn(changes: Readonly<Record<number, number>>): tf.Tensor2D {
  const neutral = new Array<number>(32).fill(0);
  // The middle of signed ranges.
  for (const index of [5, 6, 9, 11, 19]) neutral[index] = 0.5;
  for (const [index, value] of Object.entries(changes)) neutral[Number(index)] = value;
  return tf.tensor2d(neutral, [1, 32]);
}

const step = (logits: readonly number[]): { real: DiscriminatorPass } => ({
  real: { logits: tf.tensor1d([...logits]) } as unknown as DiscriminatorPass,
});

describe('Ada', () => {
  const random = RandomStream.create(1, 'images');
  const values = random.normals(6 * 6 * 3);
  const images = (): tf.Tensor4D => tf.tensor4d(values, [1, 6, 6, 3]);
  const always = new Ada({ probability: 1 });

  test('changes nothing at p = 0, bit by bit', () => {
    tf.tidy(() => {
      const some = RandomStream.create(2, 'draw');
      const { values: draws, width } = new Ada().draw(1, some);
      expect(new Ada().apply(images(), tf.tensor2d(draws, [1, width])).dataSync()).toEqual(values);
      expectAllclose(always.apply(images(), drawn({})), values, { rtol: 1e-5, atol: 1e-5 });
    });
  });

  test('mirrors, turns and shifts by whole pixels as tfjs does', () => {
    tf.tidy(() => {
      const close = { rtol: 1e-5, atol: 1e-5 };
      expectAllclose(always.apply(images(), drawn({ 1: 0.9 })), tf.reverse(images(), 2), close);
      const half = tf.reverse(tf.reverse(images(), 1), 2);
      expectAllclose(always.apply(images(), drawn({ 3: 0.6 })), half, close);
      const quarter = always.apply(images(), drawn({ 3: 0.3 }));
      const turned = tf.reverse(images().transpose([0, 2, 1, 3]), 2);
      const back = tf.reverse(images().transpose([0, 2, 1, 3]), 1);
      const distance = (other: tf.Tensor): number => quarter.sub(other).abs().max().dataSync()[0]!;
      expect(Math.min(distance(turned), distance(back))).toBeLessThan(1e-4);
      // An eighth of 6 pixels rounds to 1; the border is mirrored without its edge.
      const right = always.apply(images(), drawn({ 5: 0.999 }));
      expectAllclose(
        right.slice([0, 0, 1, 0], [1, 6, 5, 3]),
        images().slice([0, 0, 0, 0], [1, 6, 5, 3]),
        close,
      );
      expectAllclose(
        right.slice([0, 0, 0, 0], [1, 6, 1, 3]),
        images().slice([0, 0, 1, 0], [1, 6, 1, 3]),
        close,
      );
    });
  });

  test('images that are not square: pixels stay pixels', () => {
    tf.tidy(() => {
      const close = { rtol: 1e-4, atol: 1e-4 };
      const wide = tf.tensor4d(random.normals(6 * 16 * 3), [1, 6, 16, 3]);
      expectAllclose(always.apply(wide, drawn({ 1: 0.9 })), tf.reverse(wide, 2), close);
      expectAllclose(always.apply(wide, drawn({ 3: 0.6 })), tf.reverse(tf.reverse(wide, 1), 2), close);
      // A quarter turn brings columns into rows one to one: the middle square is that of the image, turned.
      const middle = (image: tf.Tensor4D): tf.Tensor4D => image.slice([0, 0, 5, 0], [1, 6, 6, 3]);
      const quarter = middle(always.apply(wide, drawn({ 3: 0.3 })));
      const turned = middle(wide).transpose([0, 2, 1, 3]);
      const distance = (axis: number): number =>
        quarter.sub(tf.reverse(turned, axis)).abs().max().dataSync()[0]!;
      expect(Math.min(distance(1), distance(2))).toBeLessThan(1e-4);
      // Shifts are shares of their own side: an eighth of 16 columns is 2, of 6 rows 1.
      const shifted = always.apply(wide, drawn({ 5: 0.999, 6: 0.999 }));
      expectAllclose(
        shifted.slice([0, 1, 2, 0], [1, 5, 14, 3]),
        wide.slice([0, 0, 0, 0], [1, 5, 14, 3]),
        close,
      );
    });
  });

  test('a turn by any angle leaves what is round as it is, in images that are not square', () => {
    tf.tidy(() => {
      const [height, width] = [32, 48];
      /** A bell whose deviation along x is `stretch` times that along y. */
      const bell = (stretch: number): tf.Tensor4D => {
        const value = (y: number, x: number): number =>
          Math.exp(-(y ** 2 + (x / stretch) ** 2) / (2 * 5 ** 2));
        return tf.tensor4d(
          Float32Array.from({ length: height * width }, (_, i) =>
            value(Math.floor(i / width) - (height - 1) / 2, (i % width) - (width - 1) / 2),
          ),
          [1, height, width, 1],
        );
      };
      const turning = new Ada({ probability: 1, transforms: ['geometry'] });
      // Within a circle that fits the image: corners are turned out of what is mirrored beyond the border.
      const inner = (image: tf.Tensor4D): tf.Tensor4D => image.slice([0, 6, 14, 0], [1, 20, 20, 1]);
      const change = (image: tf.Tensor4D): number => {
        const turned = turning.apply(image, drawn({ 9: 0.62 }));
        return inner(turned).sub(inner(image)).abs().max().arraySync() as number;
      };
      expect(change(bell(1))).toBeLessThan(0.03);
      expect(change(bell(1.5))).toBeGreaterThan(0.1);
    });
  });

  test('scales about the centre', () => {
    tf.tidy(() => {
      // 2^(0.2 n) with n = 5: twice as large. On a ramp along x the slope halves, and the middle stays.
      const ramp = tf.tile(tf.range(0, 6).reshape([1, 1, 6, 1]), [1, 6, 1, 3]) as tf.Tensor4D;
      const made = always.apply(ramp, drawn({ 24: 5 })).slice([0, 0, 0, 0], [1, 1, 6, 1]);
      expectAllclose(made.flatten(), [1.25, 1.75, 2.25, 2.75, 3.25, 3.75], { rtol: 1e-4 });
    });
  });

  test('color: brightness, contrast, luma flip, hue and saturation', () => {
    tf.tidy(() => {
      const pixel = tf.tensor4d([0.1, 0.4, -0.2], [1, 1, 1, 3]);
      const wide = tf.tile(pixel, [1, 4, 4, 1]) as tf.Tensor4D;
      const of = (changes: Record<number, number>): tf.Tensor =>
        new Ada({ probability: 1, transforms: ['color'] })
          .apply(wide, drawn(changes))
          .slice([0, 0, 0, 0], [1, 1, 1, 3])
          .flatten();
      expectAllclose(of({ 28: 2 }), [0.5, 0.8, 0.2]);
      expectAllclose(of({ 29: 2 }), [0.2, 0.8, -0.4]);
      // x - 2/3 (sum of x): the grey part changes its sign, the colors stay.
      expectAllclose(of({ 17: 0.9 }), [0.1 - 0.2, 0.4 - 0.2, -0.2 - 0.2]);
      // A turn by 120 degrees about the grey axis permutes the channels.
      const turned = [...of({ 19: 0.5 + 1 / 3 }).dataSync()].map((x) => Math.round(x * 1e4) / 1e4);
      expect([
        [-0.2, 0.1, 0.4],
        [0.4, -0.2, 0.1],
      ]).toContainEqual(turned);
      expectAllclose(of({ 30: 1 }), [0.1, 0.7, -0.5]);
      // Brightness comes before contrast.
      expectAllclose(of({ 28: 2, 29: 2 }), [1, 1.6, 0.4]);
    });
  });

  test('each transform comes with probability p', () => {
    const count = 4000;
    const some = RandomStream.create(5, 'draws');
    tf.tidy(() => {
      const augmentation = new Ada({ probability: 0.3, transforms: ['color'] });
      const { values: draws, width } = augmentation.draw(count, some);
      // Grey images notice brightness, contrast and the flip: unchanged with 0.7 * 0.7 * (1 - 0.3 / 2).
      const made = augmentation.apply(tf.fill([count, 1, 1, 1], 0.5), tf.tensor2d(draws, [count, width]));
      const still = made.sub(0.5).abs().less(1e-6).cast('float32').mean().dataSync()[0]!;
      expect(Math.abs(still - 0.7 * 0.7 * 0.85)).toBeLessThan(0.03);
    });
  });

  // github:brownvc/R3GAN train.py has 0.5 for each transform of color.
  test('a share of p is the probability of transforms of color alone', () => {
    const count = 4000;
    const { values: draws, width } = new Ada().draw(count, RandomStream.create(6, 'draws'));
    const stillOf = (transforms: ['color'] | ['cutout']): number =>
      tf.tidy(
        () =>
          new Ada({ probability: 0.6, colorShare: 0.5, transforms })
            .apply(tf.fill([count, 1, 1, 1], 0.5), tf.tensor2d(draws, [count, width]))
            .sub(0.5)
            .abs()
            .less(1e-6)
            .cast('float32')
            .mean()
            .dataSync()[0]!,
      );
    expect(Math.abs(stillOf(['color']) - 0.7 * 0.7 * 0.85)).toBeLessThan(0.03);
    // The one pixel is cut where both middles are within a quarter of 1/2.
    expect(Math.abs(stillOf(['cutout']) - (1 - 0.6 / 4))).toBeLessThan(0.03);
  });

  // training/augment.py of stylegan2-ada-pytorch: |(x + 0.5) / width - center| >= 0.5 / 2 stays.
  test('cutout: half of each side, around its middle', () => {
    tf.tidy(() => {
      const cut = new Ada({ probability: 1, transforms: ['cutout'] });
      const kept = (x: number, y: number): number[][] =>
        cut
          .apply(tf.ones([1, 4, 4, 1]), drawn({ 22: x, 23: y }))
          .reshape([4, 4])
          .arraySync() as number[][];
      expect(kept(0.5, 0.25)).toEqual([
        [1, 0, 0, 1],
        [1, 0, 0, 1],
        [1, 1, 1, 1],
        [1, 1, 1, 1],
      ]);
      expect(kept(1, 1)[3]).toEqual([1, 1, 1, 0]);
      const not = new Ada({ probability: 0.3, transforms: ['cutout'] });
      expectAllclose(not.apply(tf.ones([1, 4, 4, 1]), drawn({ 21: 0.3 })), tf.ones([1, 4, 4, 1]));
    });
  });

  test('p rises while D is sure of real images, falls when it is not, and stays within 0 and 1', () => {
    const augmentation = new Ada({ interval: 2, speed: 40 });
    const p = (): number => augmentation.state['p']!.dataSync()[0]!;
    const see = (logits: readonly number[]): void => tf.tidy(() => void augmentation.observe(step(logits)));
    see([1, 2, 3, 4]);
    expect(p()).toBe(0);
    // Eight images at a speed of 40; their mean sign is 1.
    see([1, 2, 3, 4]);
    expect(p()).toBeCloseTo(0.2, 6);
    // Mean sign (4 + 2) / 8 = 0.75 is still above 0.6.
    see([1, 2, 3, 4]);
    see([1, 2, 3, -4]);
    expect(p()).toBeCloseTo(0.4, 6);
    for (let i = 0; i < 2; i++) see([1, -1, 1, -1]);
    expect(p()).toBeCloseTo(0.2, 6);
    for (let i = 0; i < 8; i++) see([-1, -1, -1, -1]);
    expect(p()).toBe(0);
    for (let i = 0; i < 30; i++) see([1, 1, 1, 1]);
    expect(p()).toBe(1);
  });

  test('a probability that is given is not steered', () => {
    const augmentation = new Ada({ probability: { from: 0, to: 0.5, over: 2 }, interval: 1 });
    const p = (): number => tf.tidy(() => augmentation.observe(step([1, 1]))['p']!.dataSync()[0]!);
    const seen = [0, 1, 2].map((at) => {
      for (const one of augmentation.scheduled) one.moveTo({ step: at, images: 0 });
      return p();
    });
    expect(seen).toEqual([0, 0.25, 0.5]);
  });

  test('second order, which R1 takes through it', () => {
    const some = RandomStream.create(2, 'images');
    const { values: draws, width } = always.draw(2, some);
    const x = tf.tensor4d(some.normals(2 * 5 * 4 * 3), [2, 5, 4, 3]);
    const at = tf.tensor2d(draws, [2, width]);
    expectGradient((images_) => always.apply(images_ as tf.Tensor4D, at).square(), [x], { order: 2 });
    expectNoLeak(() => always.apply(x, at));
    tf.dispose([x, at]);
  });
});
