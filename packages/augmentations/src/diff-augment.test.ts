import * as tf from '@tensorflow/tfjs';
import { RandomStream } from '@ganymede/core';
import {
  augmentationContract,
  componentContract,
  expectAllclose,
  expectGradient,
  fromComponent,
} from '@ganymede/testing';
import { DiffAugment, diffAugment } from './diff-augment.js';

componentContract(diffAugment);
augmentationContract(fromComponent(diffAugment));
augmentationContract(fromComponent(diffAugment, { policy: ['translation'], translation: 0.25 }), 1);

beforeAll(() => tf.setBackend('cpu'));

const side = 8;
const size = side * side * 3;
const pixel = (y: number, x: number, c: number): number => (y * side + x) * 3 + c;

/** The authors' code, pixel by pixel, for one image [8, 8, 3]. */
function reference(image: Float32Array, u: readonly number[]): Float32Array {
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  const bright = [...image].map((value) => value + u[0]! - 0.5);
  const saturated = bright.map((value, i) => {
    const first = i - (i % 3);
    const grey = mean(bright.slice(first, first + 3));
    return (value - grey) * 2 * u[1]! + grey;
  });
  const level = mean(saturated);
  const colored = saturated.map((value) => (value - level) * (u[2]! + 0.5) + level);
  // At 8 pixels: shifts of -1, 0, 1 and a square of 4.
  const [dy, dx] = [Math.floor(u[3]! * 3) - 1, Math.floor(u[4]! * 3) - 1];
  const [cy, cx] = [Math.floor(u[5]! * 9) - 2, Math.floor(u[6]! * 9) - 2];
  const made = new Float32Array(size);
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const isInside = y + dy >= 0 && y + dy < side && x + dx >= 0 && x + dx < side;
      const isCut = y >= cy && y < cy + 4 && x >= cx && x < cx + 4;
      for (let c = 0; c < 3; c++)
        made[pixel(y, x, c)] = isInside && !isCut ? colored[pixel(y + dy, x + dx, c)]! : 0;
    }
  return made;
}

describe('DiffAugment', () => {
  test('is the published code, pixel by pixel, at every place of the cut', () => {
    const random = RandomStream.create(1, 'images');
    const count = 24;
    const images = random.normals(count * size);
    const drawn = random.uniforms(count * 7);
    drawn.set([0.99, 0.99, 0.99, 0.99, 0.99, 0.99, 0.99], 0);
    drawn.set([0, 0, 0, 0, 0, 0, 0], 7);
    tf.tidy(() => {
      const made = new DiffAugment().apply(
        tf.tensor4d(images, [count, side, side, 3]),
        tf.tensor2d(drawn, [count, 7]),
      );
      const expected = Array.from({ length: count }, (_, i) => [
        ...reference(images.slice(i * size, (i + 1) * size), [...drawn.slice(i * 7, (i + 1) * 7)]),
      ]).flat();
      expectAllclose(made.flatten(), expected, { rtol: 1e-4, atol: 1e-5 });
    });
  });

  test('a policy of one does that alone', () => {
    tf.tidy(() => {
      const images = tf.ones([1, 8, 8, 3]) as tf.Tensor4D;
      const drawn = tf.tensor2d([0.5, 0.5, 0.5, 0, 0.5, 0, 0], [1, 7]);
      // One row of zeros comes in from above; the cut at (0, 0) leaves a corner of 2 by 2.
      expectAllclose(new DiffAugment({ policy: ['translation'] }).apply(images, drawn).sum(), 7 * 8 * 3);
      expectAllclose(new DiffAugment({ policy: ['cutout'] }).apply(images, drawn).sum(), (64 - 4) * 3);
      expectAllclose(
        new DiffAugment({ policy: ['color'] }).apply(images, drawn).flatten(),
        new Array(192).fill(1),
      );
    });
  });

  test('second order, which R1 takes through it', () => {
    const random = RandomStream.create(2, 'images');
    const images = tf.tensor4d(random.normals(2 * size), [2, side, side, 3]);
    const drawn = tf.tensor2d(random.uniforms(14), [2, 7]);
    expectGradient((x) => new DiffAugment().apply(x as tf.Tensor4D, drawn).square(), [images], { order: 2 });
    tf.dispose([images, drawn]);
  });

  test('no policy at all is refused', () => {
    expect(() => new DiffAugment({ policy: [] })).toThrow('policy');
  });
});
