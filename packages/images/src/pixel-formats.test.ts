import sharp from 'sharp';
import { tiffOf, type TiffOptions } from '../testing/tiff.js';
import { decodeImage, type TargetImage } from './decode-image.js';
import { isUnusable } from './pixel-formats.js';

const target: TargetImage = { resolution: 2, channels: 3, background: [255, 255, 255] };

/** Of the four pixels the first channel; the reason where it is refused. */
async function read(bytes: Uint8Array): Promise<number[] | string> {
  const image = await decodeImage(bytes, target);
  return isUnusable(image) ? image.reason : [0, 3, 6, 9].map((at) => image.pixels[at]!);
}

const grey = { width: 2, height: 2, channels: 1, photometric: 1 } as const;
const tiff = (options: Partial<TiffOptions> & Pick<TiffOptions, 'bits' | 'format' | 'data'>): Buffer =>
  tiffOf({ ...grey, ...options });
const bytesOf = (values: ArrayBufferView): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
const floats = (...values: number[]): Uint8Array => bytesOf(Float32Array.from(values));

describe('TIFFs are read as they look', () => {
  test.each([
    ['floats in [0, 1]', tiff({ bits: 32, format: 3, data: floats(0, 0.5, 1, 0.25) }), [0, 128, 255, 64]],
    [
      'three channels of floats, not as linear light',
      tiff({
        bits: 32,
        format: 3,
        channels: 3,
        photometric: 2,
        data: floats(0, 0, 0, 0.5, 1, 1, 1, 0, 0, 0.25, 0, 0),
      }),
      [0, 128, 255, 64],
    ],
    [
      '16 bits',
      tiff({ bits: 16, format: 1, data: bytesOf(Uint16Array.of(0, 0x8080, 0xffff, 0x100)) }),
      [0, 128, 255, 1],
    ],
    ['8 bits', tiff({ bits: 8, format: 1, data: Uint8Array.of(0, 128, 255, 1) }), [0, 128, 255, 1]],
    [
      '8 bits, zero is white',
      tiff({ bits: 8, format: 1, photometric: 0, data: Uint8Array.of(0, 128, 255, 1) }),
      [255, 127, 0, 254],
    ],
    ['4 bits', tiff({ bits: 4, format: 1, data: Uint8Array.of(0xf0, 0x0f) }), [255, 0, 0, 255]],
    ['1 bit', tiff({ bits: 1, format: 1, data: Uint8Array.of(0x80, 0x40) }), [255, 0, 0, 255]],
    [
      '1 bit, zero is white',
      tiff({ bits: 1, format: 1, photometric: 0, data: Uint8Array.of(0x80, 0x40) }),
      [0, 255, 255, 0],
    ],
  ])('%s', async (_, bytes, expected) => {
    const got = await read(bytes);
    expect(got).toHaveLength(4);
    expected.forEach((value, i) => expect(Math.abs((got as number[])[i]! - value)).toBeLessThanOrEqual(1));
  });
});

describe('values without a known range are refused', () => {
  test.each([
    ['floats above 1', tiff({ bits: 32, format: 3, data: floats(0, 255, 1, 0) }), 'outside of [0, 1] (255)'],
    ['floats below 0', tiff({ bits: 32, format: 3, data: floats(0, -1, 1, 0) }), 'outside of [0, 1] (-1)'],
    ['NaN', tiff({ bits: 32, format: 3, data: floats(0, NaN, 1, 0) }), 'outside of [0, 1] (NaN)'],
    [
      'floats, zero is white',
      tiff({ bits: 32, format: 3, photometric: 0, data: floats(0, 1, 1, 0) }),
      '0 is white',
    ],
    [
      'half floats',
      tiff({ bits: 16, format: 3, data: bytesOf(Uint16Array.of(0, 0x3c00, 0, 0)) }),
      '16-bit floats',
    ],
    ['signed 8 bits', tiff({ bits: 8, format: 2, data: Uint8Array.of(0, 255, 1, 2) }), 'signed 8-bit'],
    [
      'signed 16 bits',
      tiff({ bits: 16, format: 2, data: bytesOf(Int16Array.of(0, -1, 1, 2)) }),
      'signed 16-bit',
    ],
    ['32 bits', tiff({ bits: 32, format: 1, data: bytesOf(Uint32Array.of(0, 1, 2, 3)) }), '32-bit integers'],
  ])('%s', async (_, bytes, reason) => {
    expect(await read(bytes)).toContain(reason);
  });

  test('pages of a TIFF are not chosen from; of an animation the first frame is read', async () => {
    const frames = Buffer.concat([Buffer.alloc(12, 200), Buffer.alloc(12, 20)]);
    const animated = sharp(frames, { raw: { width: 2, height: 4, channels: 3, pageHeight: 2 } });
    const gif = await animated.clone().gif().toBuffer();
    const image = await decodeImage(gif, target);
    expect(image).toMatchObject({ frames: 2 });
    expect(Math.abs(((await read(gif)) as number[])[0]! - 200)).toBeLessThanOrEqual(2);
    const pages = await animated.clone().tiff({ compression: 'none' }).toBuffer();
    expect((await sharp(pages).metadata()).pages).toBe(2);
    expect(await read(pages)).toContain('has 2 pages');
  });
});
