import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { writeInterpolation } from './write-interpolation.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'interpolation-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Two paths of three 4x4 images, each of one value: 100 times the path plus 40 times the step. */
const result = {
  images: Uint8Array.from({ length: 2 * 3 * 48 }, (_, i) => {
    const image = Math.floor(i / 48);
    return 100 * Math.floor(image / 3) + 40 * (image % 3);
  }),
  shape: { height: 4, width: 4, channels: 3 },
  paths: 2,
  steps: 3,
};

test('a sheet has a path a row', async () => {
  await writeInterpolation(result, join(folder, 'sheet.png'));
  const { data, info } = await sharp(join(folder, 'sheet.png')).raw().toBuffer({ resolveWithObject: true });
  expect([info.width, info.height]).toEqual([12, 8]);
  const at = (x: number, y: number): number => data[(y * info.width + x) * info.channels]!;
  expect([at(0, 0), at(5, 0), at(11, 3), at(0, 4), at(11, 7)]).toEqual([0, 40, 80, 100, 180]);
});

test('an animation goes forth and back, all paths at once', async () => {
  await writeInterpolation(result, join(folder, 'deep', 'a.webp'), { framesPerSecond: 10 });
  const animated = sharp(join(folder, 'deep', 'a.webp'), { animated: true });
  const { pages, pageHeight, width, loop, delay } = await animated.metadata();
  expect({ pages, pageHeight, width, loop, delay }).toEqual({
    pages: 4,
    pageHeight: 4,
    width: 8,
    loop: 0,
    delay: [100, 100, 100, 100],
  });
  const { data, info } = await animated.raw().toBuffer({ resolveWithObject: true });
  const first = [0, 1, 2, 3].map((page) => data[page * 4 * info.width * info.channels]);
  expect(first).toEqual([0, 40, 80, 40]);
});

test('a GIF is one', async () => {
  await writeInterpolation(result, join(folder, 'a.gif'));
  expect(await sharp(join(folder, 'a.gif'), { animated: true }).metadata()).toMatchObject({
    format: 'gif',
    pages: 4,
  });
});

test('another ending is refused', async () => {
  await expect(writeInterpolation(result, join(folder, 'a.mp4'))).rejects.toMatchObject({
    code: 'BAD_FORMAT',
  });
});
