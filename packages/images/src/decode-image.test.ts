import { crc32 } from 'node:zlib';
import type { Resolution } from '@ganymede/core';
import sharp from 'sharp';
import { solid } from '../testing/solid.js';
import {
  decodeImage as decodeOrRefuse,
  decodeRaw,
  type DecodedImage,
  type TargetImage,
} from './decode-image.js';
import { isUnusable } from './pixel-formats.js';

async function decodeImage(bytes: Uint8Array, to: TargetImage): Promise<DecodedImage> {
  const image = await decodeOrRefuse(bytes, to);
  if (isUnusable(image)) throw new Error(image.reason);
  return image;
}

const target = (resolution: Resolution, channels: 1 | 3 | 4): TargetImage => ({
  resolution,
  channels,
  background: [255, 255, 255],
});

/** The pixel at the centre. */
async function pixelOf(bytes: Uint8Array, channels: 1 | 3 | 4): Promise<number[]> {
  const { pixels } = await decodeImage(bytes, target(8, channels));
  expect(pixels).toHaveLength(8 * 8 * channels);
  const at = (4 * 8 + 4) * channels;
  return [...pixels.subarray(at, at + channels)];
}

async function deep(values: readonly number[], space: 'rgb16' | 'grey16'): Promise<Buffer> {
  const channels = values.length as 1 | 3 | 4;
  const data = Uint16Array.from({ length: 64 * channels }, (_, i) => values[i % channels]!);
  const png = await sharp(data, { raw: { width: 8, height: 8, channels } })
    .toColourspace(space)
    .png()
    .toBuffer();
  expect((await sharp(png).metadata()).depth).toBe('ushort');
  return png;
}

function expectNear(got: readonly number[], expected: readonly number[], tolerance: number): void {
  expect(got).toHaveLength(expected.length);
  got.forEach((value, i) => {
    expect(Math.abs(value - expected[i]!)).toBeLessThanOrEqual(tolerance);
  });
}

describe('decodeImage', () => {
  test.each(['png', 'webp', 'gif', 'tiff'] as const)('%s without loss is exact', async (format) => {
    const bytes = await solid([200, 100, 50])
      .toFormat(format, { lossless: true, compression: 'none' })
      .toBuffer();
    expectNear(await pixelOf(bytes, 3), [200, 100, 50], format === 'gif' ? 2 : 0);
  });

  test.each(['jpeg', 'avif'] as const)('%s is near', async (format) => {
    expectNear(await pixelOf(await solid([200, 100, 50]).toFormat(format).toBuffer(), 3), [200, 100, 50], 4);
  });

  test('16-bit colour: the upper byte', async () => {
    const bytes = await deep([51400, 25700, 12850], 'rgb16');
    expect(await pixelOf(bytes, 3)).toEqual([200, 100, 50]);
    expect(await pixelOf(bytes, 4)).toEqual([200, 100, 50, 255]);
  });

  test('16-bit grey', async () => {
    const bytes = await deep([25700], 'grey16');
    expect(await pixelOf(bytes, 1)).toEqual([100]);
    expect(await pixelOf(bytes, 3)).toEqual([100, 100, 100]);
  });

  test('16-bit with alpha over the background', async () => {
    const bytes = await deep([51400, 25700, 12850, 32896], 'rgb16');
    expectNear(await pixelOf(bytes, 3), [227, 177, 152], 1);
    expectNear(await pixelOf(bytes, 4), [200, 100, 50, 128], 1);
  });

  test('palette', async () => {
    const bytes = await solid([200, 100, 50]).png({ palette: true }).toBuffer();
    expect((await sharp(bytes).metadata()).isPalette).toBe(true);
    expect(await pixelOf(bytes, 3)).toEqual([200, 100, 50]);
  });

  test('CMYK becomes sRGB', async () => {
    const bytes = await solid([200, 100, 50]).toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer();
    expect((await sharp(bytes).metadata()).space).toBe('cmyk');
    // Through a printer's profile and back: near, but not inverted.
    expectNear(await pixelOf(bytes, 3), [200, 100, 50], 32);
    expect(await pixelOf(bytes, 4)).toHaveLength(4);
  });

  test('grey becomes equal channels, colour becomes linear luminance', async () => {
    const grey = await solid([90, 90, 90]).toColourspace('b-w').png().toBuffer();
    expect((await sharp(grey).metadata()).channels).toBe(1);
    expect(await pixelOf(grey, 3)).toEqual([90, 90, 90]);
    expect(await pixelOf(grey, 4)).toEqual([90, 90, 90, 255]);
    // Red has 0.2126 of the linear light; sRGB-encoded that is 0.4985 = 127 / 255.
    expectNear(await pixelOf(await solid([255, 0, 0]).png().toBuffer(), 1), [127], 1);
  });

  test('alpha: composited on the background, or kept', async () => {
    const background = { r: 200, g: 100, b: 50, alpha: 0 };
    const clear = await sharp({ create: { width: 8, height: 8, channels: 4, background } })
      .png()
      .toBuffer();
    expect(await pixelOf(clear, 3)).toEqual([255, 255, 255]);
    expect(await pixelOf(clear, 1)).toEqual([255]);
    expect((await pixelOf(clear, 4))[3]).toBe(0);
    const { pixels } = await decodeImage(clear, { ...target(8, 3), background: [10, 20, 30] });
    expect([...pixels.subarray(0, 3)]).toEqual([10, 20, 30]);
  });

  test('the centre is cropped, not the image squeezed', async () => {
    // 24 wide: red, green and blue thirds of 8 pixels. The centre crop is the green third.
    const data = Uint8Array.from({ length: 24 * 8 * 3 }, (_, i) =>
      i % 3 === Math.floor((((i / 3) | 0) % 24) / 8) ? 255 : 0,
    );
    const wide = await sharp(data, { raw: { width: 24, height: 8, channels: 3 } })
      .png()
      .toBuffer();
    const { pixels, upscaled } = await decodeImage(wide, target(8, 3));
    expect(upscaled).toBe(false);
    expect([...pixels]).toEqual(Array.from({ length: 8 * 8 * 3 }, (_, i) => (i % 3 === 1 ? 255 : 0)));
  });

  test('height and width: cropped to their ratio, neither turned nor squeezed', async () => {
    // Every pixel says where it is: red its row, green its column.
    const [height, width] = [48, 40];
    const data = Uint8Array.from({ length: height * width * 3 }, (_, i) => {
      const pixel = Math.floor(i / 3);
      return [5 * Math.floor(pixel / width), 6 * (pixel % width), 7][i % 3]!;
    });
    const png = await sharp(data, { raw: { width, height, channels: 3 } })
      .png()
      .toBuffer();
    const at = (pixels: Uint8Array, across: number, row: number, column: number): number[] => [
      ...pixels.subarray((row * across + column) * 3, (row * across + column) * 3 + 3),
    ];
    const upright = await decodeImage(png, target([48, 24], 3));
    expect([upright.pixels.length, upright.upscaled, upright.resized]).toEqual([48 * 24 * 3, false, true]);
    expect(at(upright.pixels, 24, 0, 0)).toEqual([0, 6 * 8, 7]);
    expect(at(upright.pixels, 24, 47, 23)).toEqual([5 * 47, 6 * 31, 7]);
    const lying = await decodeImage(png, target([20, 40], 3));
    expect(at(lying.pixels, 40, 0, 0)).toEqual([5 * 14, 0, 7]);
    expect(at(lying.pixels, 40, 19, 39)).toEqual([5 * 33, 6 * 39, 7]);
    const asIs = await decodeRaw({ data, width, height, channels: 3 }, target([48, 40], 3));
    expect([asIs.pixels, asIs.resized]).toEqual([data, false]);
    const turned = await decodeRaw({ data, width, height, channels: 3 }, target([40, 48], 3));
    expect([turned.pixels.length, turned.upscaled]).toEqual([48 * 40 * 3, true]);
  });

  test('EXIF orientation is honoured', async () => {
    const data = Uint8Array.from({ length: 64 * 3 }, (_, i) => (Math.floor(i / 3) % 8 < 4 ? 0 : 255));
    const left = await sharp(data, { raw: { width: 8, height: 8, channels: 3 } })
      .png()
      .withMetadata({ orientation: 6 })
      .toBuffer();
    // Orientation 6 turns a quarter clockwise: the dark left half becomes the dark upper half.
    const { pixels } = await decodeImage(left, target(8, 1));
    expect([pixels[0], pixels[7], pixels[56], pixels[63]]).toEqual([0, 0, 255, 255]);
  });

  test('small images are enlarged and say so, large ones are not said to be', async () => {
    for (const [width, height, upscaled] of [
      [4, 4, true],
      [20, 4, true],
      [8, 8, false],
      [64, 48, false],
    ] as const) {
      const decoded = await decodeImage(
        await solid([9, 99, 199], width, height).png().toBuffer(),
        target(8, 3),
      );
      expect(decoded.upscaled).toBe(upscaled);
      expect([...decoded.pixels.subarray(0, 3)]).toEqual([9, 99, 199]);
    }
  });

  test('damage is refused: cut off, corrupt inside, no image', async () => {
    const noise = Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => (i * 7919) % 251);
    const jpeg = await sharp(noise, { raw: { width: 64, height: 64, channels: 3 } })
      .jpeg()
      .toBuffer();
    await decodeImage(jpeg, target(8, 3));
    const corrupt = Buffer.from(jpeg);
    for (let i = 0; i < 40; i++) corrupt[700 + 11 * i]! ^= 0x5a;
    for (const bytes of [jpeg.subarray(0, jpeg.length >> 1), corrupt, Buffer.from('hello'), Buffer.alloc(0)])
      await expect(decodeImage(bytes, target(8, 3))).rejects.toThrow();
  });
});

describe('decodeRaw', () => {
  test('pixels that are as wanted stay as they are', async () => {
    const data = Uint8Array.from({ length: 8 * 8 * 3 }, (_, i) => i);
    const { pixels, upscaled } = await decodeRaw({ data, width: 8, height: 8, channels: 3 }, target(8, 3));
    expect(pixels).toEqual(data);
    expect(upscaled).toBe(false);
  });

  test('others are resized and get the channels', async () => {
    const data = new Uint8Array(16).fill(77);
    const { pixels, upscaled } = await decodeRaw({ data, width: 4, height: 4, channels: 1 }, target(8, 3));
    expect(new Uint8Array(pixels)).toEqual(new Uint8Array(8 * 8 * 3).fill(77));
    expect(upscaled).toBe(true);
  });
});

test('more pixels than are read: it is the size that is told, and nothing is unpacked', async () => {
  const png = await solid([1, 2, 3], 4).png().toBuffer();
  png.writeUInt32BE(20_000, 16);
  png.writeUInt32BE(20_000, 20);
  png.writeUInt32BE(crc32(png.subarray(12, 29)), 29);
  expect(await decodeOrRefuse(png, target(8, 3))).toEqual({
    reason: expect.stringContaining('has 20000 x 20000 pixels, more than the') as string,
  });
});
