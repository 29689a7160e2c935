import sharp from 'sharp';
import { imagePngs, sheetPng } from './sheet.js';

const shape = { height: 2, width: 3, channels: 3 };
const size = 2 * 3 * 3;
/** Image i is filled with 10 i, but for its first byte. */
const images = (count: number): Uint8Array =>
  Uint8Array.from({ length: count * size }, (_, k) => (k % size === 0 ? 255 : Math.floor(k / size) * 10));

async function pixelsOf(
  png: Buffer,
): Promise<{ width: number; height: number; channels: number; data: Buffer }> {
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
  return { ...info, data };
}

test('images lie in rows, in order, and the rest is black', async () => {
  const { width, height, channels, data } = await pixelsOf(await sheetPng(images(3), shape, 2));
  expect([width, height, channels]).toEqual([6, 4, 3]);
  const at = (y: number, x: number): number[] => [...data.subarray((y * 6 + x) * 3, (y * 6 + x) * 3 + 3)];
  expect(at(0, 0)).toEqual([255, 0, 0]);
  expect(at(0, 3)).toEqual([255, 10, 10]);
  expect(at(1, 5)).toEqual([10, 10, 10]);
  expect(at(2, 0)).toEqual([255, 20, 20]);
  expect(at(3, 3)).toEqual([0, 0, 0]);
});

test.each([1, 4])('%i channels', async (channels) => {
  const pixels = Uint8Array.from({ length: 2 * 2 * channels }, (_, k) => k * 7);
  const png = await sheetPng(pixels, { height: 1, width: 2, channels }, 1);
  const metadata = await sharp(png).metadata();
  expect([metadata.width, metadata.height, metadata.channels]).toEqual([2, 2, channels]);
});

test('a PNG a sample gives the bytes back', async () => {
  const all: number[] = [];
  for await (const png of imagePngs(images(2), shape)) all.push(...(await pixelsOf(png)).data);
  expect(Uint8Array.from(all)).toEqual(images(2));
});

test.each([
  [new Uint8Array(size + 1), shape, 1, `sheet: expected whole images of 2x3x3 bytes, got ${size + 1} bytes`],
  [new Uint8Array(0), shape, 1, 'sheet: expected whole images of 2x3x3 bytes, got 0 bytes'],
  [new Uint8Array(4), { height: 1, width: 2, channels: 2 }, 1, 'sheet: expected 1, 3 or 4 channels, got 2'],
  [images(1), shape, 0, 'sheet: expected one column or more, got 0'],
])('%#: what does not fit is refused', async (pixels, given, columns, message) => {
  await expect(sheetPng(pixels, given, columns)).rejects.toMatchObject({ code: 'BAD_IMAGES', message });
});
