import { expectAllclose, expectNoLeak, useCpu } from '@ganymede/testing';
import * as tf from '@tensorflow/tfjs';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkImageRange, prepareImages, type Quantization } from './prepare-images.js';
import { resizeMatrix, type Resizer } from './resize-matrix.js';

interface Golden {
  readonly height: number;
  readonly width: number;
  readonly size: number;
  readonly values: readonly number[];
}

/** Pillow's bicubic of the image below, floating point, before any clipping: see the file's `source`. */
const golden = JSON.parse(readFileSync(join(__dirname, '../testing/pillow-bicubic.json'), 'utf8')) as Record<
  'up' | 'down',
  Golden
>;

beforeAll(useCpu);

const pixel = (i: number, j: number): number => (37 * i * i + 11 * j + 5 * i * j) % 256;

function image(height: number, width: number, channels = 1): tf.Tensor4D {
  const values = Float32Array.from({ length: height * width * channels }, (_, at) => {
    const place = Math.floor(at / channels);
    return (pixel(Math.floor(place / width), place % width) + 3 * (at % channels)) / 127.5 - 1;
  });
  return tf.tensor4d(values, [1, height, width, channels]);
}

const prepare = (
  images: tf.Tensor4D,
  resizer: Resizer,
  size: number,
  quantization: Quantization = 'none',
): tf.Tensor4D => prepareImages(images, { resizer, size, quantization });

test.each(['up', 'down'] as const)('clean is Pillow’s bicubic, clipped: %s', (direction) => {
  const { height, width, size, values } = golden[direction];
  tf.tidy(() => {
    const first = prepare(image(height, width), 'clean', size).slice([0, 0, 0, 0], [1, size, size, 1]);
    const clipped = values.map((value) => Math.min(255, Math.max(0, value)));
    expectAllclose(first.reshape([-1]), clipped, { rtol: 0, atol: 2e-3 });
    expect(direction === 'down' || clipped.join() !== values.join()).toBe(true);
  });
});

test.each([
  ['pytorch-fid', true],
  ['tf1', false],
] as const)('%s is bilinear with half-pixel centers: %s', (resizer, halfPixelCenters) => {
  tf.tidy(() => {
    for (const [height, width, size] of [
      [5, 7, 11],
      [23, 19, 6],
    ] as const) {
      const pixels = image(height, width, 3);
      const expected = tf.image.resizeBilinear(pixels, [size, size], false, halfPixelCenters);
      expectAllclose(prepare(pixels, resizer, size), expected.add(1).mul(127.5), { rtol: 0, atol: 2e-3 });
    }
  });
});

test('a constant image stays constant', () => {
  for (const resizer of ['pytorch-fid', 'tf1', 'clean'] as const) {
    const matrix = resizeMatrix(resizer, 13, 29);
    for (let i = 0; i < 29; i++)
      expectAllclose(
        matrix.slice(i * 13, (i + 1) * 13).reduce((a, b) => a + b, 0),
        1,
      );
  }
});

test('quantization: what an 8-bit file would hold', () => {
  tf.tidy(() => {
    const values = tf.tensor4d([-1, -0.9999, 0, 0.004, 1, 1.2], [1, 1, 6, 1]);
    const quantized = prepareImages(values, { resizer: 'pytorch-fid', quantization: 'uint8', size: 6 });
    const row = quantized.slice([0, 0, 0, 0], [1, 1, 6, 1]);
    expect(Array.from(row.dataSync())).toEqual([0, 0, 128, 128, 255, 255]);
    // Pixels that come from 8 bits come back as they were.
    const all = tf.tensor4d(
      Float32Array.from({ length: 256 }, (_, v) => v / 127.5 - 1),
      [1, 16, 16, 1],
    );
    const back = prepare(all, 'none', 16, 'uint8').slice([0, 0, 0, 0], [1, 16, 16, 1]);
    expect(Array.from(back.dataSync())).toEqual(Array.from({ length: 256 }, (_, v) => v));
  });
});

test('pixels of another range are refused, with what they are', () => {
  expect(() => checkImageRange(Float32Array.of(-1, 0.5, 1.0004))).not.toThrow();
  for (const [pixels, got] of [
    [[0, 17, 255], '0 to 255'],
    [[0, 0.5, 1], '0 to 1'],
    [[-1, Number.NaN], 'NaN'],
  ] as const)
    expect(() => checkImageRange(Float32Array.from(pixels))).toThrow(
      expect.objectContaining({
        code: 'BAD_IMAGES',
        message: `feature extractor: expected images of values in [-1, 1], got ${got}`,
      }),
    );
});

test('leaks nothing', () => {
  const images = image(8, 8, 3);
  expectNoLeak(() => prepare(images, 'clean', 16));
  images.dispose();
});

test.each([
  [4, 'clean', /expected images of 1 or 3 channels, got 4/],
  [3, 'none', /expected images of 16 x 16 pixels, for no resizer was chosen, got 8 x 8/],
] as const)('%i channels with %s are refused', (channels, resizer, message) => {
  tf.tidy(() => {
    expect(() => prepare(image(8, 8, channels), resizer, 16)).toThrow(
      expect.objectContaining({ code: 'BAD_IMAGES', message: expect.stringMatching(message) }),
    );
  });
});
