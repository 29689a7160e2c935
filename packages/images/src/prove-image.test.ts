import sharp from 'sharp';
import { solid } from '../testing/solid.js';
import { decodeImage } from './decode-image.js';
import { encodePng } from './encode-png.js';
import { proveImage } from './prove-image.js';

const jpeg = async (side: number): Promise<Buffer> =>
  sharp(Buffer.from(Array.from({ length: side * side * 3 }, (_, i) => (i * 37) % 251)), {
    raw: { width: side, height: side, channels: 3 },
  })
    .jpeg()
    .toBuffer();

test('an image that can be decoded has its size, turned as EXIF says', async () => {
  const turned = await solid([1, 2, 3], 20, 10).jpeg().withMetadata({ orientation: 6 }).toBuffer();
  expect(await proveImage(turned)).toEqual({ width: 10, height: 20 });
  expect(await proveImage(await jpeg(200))).toEqual({ width: 200, height: 200 });
});

test.each([32, 200])(
  'one of %s pixels a side that is cut off or damaged is found where it is decoded',
  async (side) => {
    const bytes = await jpeg(side);
    const cut = bytes.subarray(0, -20);
    expect(await proveImage(cut)).toMatchObject({ reason: expect.stringMatching(/cut off|damaged/) });
    const png = await sharp(bytes).png().toBuffer();
    png[png.length - 30]! ^= 0xff;
    expect(await proveImage(png)).toMatchObject({ reason: expect.stringMatching(/damaged/) });
    // A header alone tells nothing of it.
    expect(await proveImage(png, false)).toEqual({ width: side, height: side });
  },
);

test('what is refused is refused here too', async () => {
  expect(await proveImage(Buffer.from('hello'))).toEqual({ reason: 'is a text, not an image' });
});

test.each([1, 3, 4] as const)('pixels of %s channels become a PNG that decodes to them', async (channels) => {
  const data = Uint8Array.from({ length: 6 * 5 * channels }, (_, i) => (i * 53) % 256);
  const png = await encodePng({ data, width: 6, height: 5, channels });
  const target = { resolution: [5, 6], channels, background: [255, 255, 255] } as const;
  const decoded = await decodeImage(png, target);
  expect(decoded).toEqual({ pixels: Buffer.from(data), upscaled: false, resized: false, frames: 1 });
});
