import sharp from 'sharp';
import { solid } from '../testing/solid.js';
import { tiffOf } from '../testing/tiff.js';
import { decodeImage, type TargetImage } from './decode-image.js';
import { isUnusable } from './pixel-formats.js';

const target: TargetImage = { resolution: 8, channels: 3, background: [255, 255, 255] };
const noise = Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => (i * 7919) % 251);
const image = sharp(noise, { raw: { width: 64, height: 64, channels: 3 } });

async function reasonOf(bytes: Uint8Array): Promise<string | null> {
  const decoded = await decodeImage(bytes, target);
  return isUnusable(decoded) ? decoded.reason : null;
}

const half = (bytes: Buffer): Buffer => bytes.subarray(0, bytes.length >> 1);

test('what is wrong with a file is said in words of whoever has it', async () => {
  const [png, jpeg, webp, avif, gif] = await Promise.all([
    image.clone().png().toBuffer(),
    image.clone().jpeg().toBuffer(),
    image.clone().webp().toBuffer(),
    image.clone().avif().toBuffer(),
    image.clone().gif().toBuffer(),
  ]);
  const flipped = Buffer.from(png);
  flipped[png.length >> 1]! ^= 0xff;
  const tiff = tiffOf({
    width: 2,
    height: 2,
    channels: 1,
    bits: 8,
    format: 1,
    photometric: 1,
    data: Buffer.alloc(4),
  });
  const late = Buffer.from(tiff);
  late.writeUInt32LE(1 << 20, 8 + 4 + 16 + 2 + 12 * 5 + 8);
  const cases: readonly (readonly [Uint8Array, RegExp])[] = [
    [Buffer.alloc(0), /^is empty \(0 bytes\)$/],
    [Buffer.alloc(64), /^is only zeros/],
    [Buffer.from('<!DOCTYPE html><html>404</html>'), /^is a web page, not an image$/],
    [Buffer.from('{"error": 1}'), /^is a JSON text/],
    [Buffer.from('no image'), /^is a text/],
    [Buffer.from('version https://git-lfs.github.com/spec/v1\n'), /^is a Git LFS pointer/],
    [Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), /^is an SVG drawing, which is not read/],
    [Buffer.from('BM\0\0\0\0'), /^is a BMP image, which is not read: convert it to PNG$/],
    [Buffer.from('%PDF-1.4'), /^is a PDF document, not an image$/],
    [Buffer.from([1, 2, 3, 4, 5, 0, 255]), /^is not an image, or its beginning is damaged$/],
    [half(png), /^is cut off: \d+ bytes of its part IDAT are missing/],
    [flipped, /^is damaged: the checksum of its part IDAT at byte \d+ is wrong$/],
    [half(jpeg), /^is cut off: it ends after \d+ bytes, before its image does$/],
    [jpeg.subarray(0, 100), /^is cut off/],
    [half(webp), /^is cut off: \d+ bytes are missing$/],
    [half(avif), /^is cut off: \d+ bytes are missing$/],
    [half(gif), /^is cut off/],
    [late, /^is cut off: \d+ bytes are missing$/],
    [tiff.subarray(0, 20), /^is cut off or damaged/],
  ];
  const reasons = await Promise.all(cases.map(([bytes]) => reasonOf(bytes)));
  cases.forEach(([, expected], i) => expect(reasons[i]).toMatch(expected));
});

test('reasons stay with their file however many are decoded at a time', async () => {
  const good = await solid([1, 2, 3]).png().toBuffer();
  const bad = [
    half(await image.clone().png().toBuffer()),
    half(await image.clone().jpeg().toBuffer()),
    half(await image.clone().webp().toBuffer()),
  ];
  const alone = [];
  for (const bytes of bad) alone.push(await reasonOf(bytes));
  for (let round = 0; round < 20; round++)
    expect(await Promise.all([...bad, good, ...bad].map(reasonOf))).toEqual([...alone, null, ...alone]);
});
