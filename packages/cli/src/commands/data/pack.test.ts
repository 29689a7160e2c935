import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { imagesAt } from '../../images-at.js';
import { ownFolder } from '../../testing/own-folder.js';
import { runHere } from '../../testing/run-here.js';

ownFolder('data-pack', { cache: true });

/** Six grey images of 28 pixels in IDX files, of classes 3 and 8. */
function writeIdx(): void {
  mkdirSync('digits', { recursive: true });
  const images = Buffer.from([0, 0, 8, 3, 0, 0, 0, 6, 0, 0, 0, 28, 0, 0, 0, 28]);
  const pixels = Buffer.from(Array.from({ length: 6 * 784 }, (_, i) => (i * 7) % 256));
  writeFileSync('digits/train-images-idx3-ubyte', Buffer.concat([images, pixels]));
  const labels = Buffer.from([0, 0, 8, 1, 0, 0, 0, 6, 3, 8, 3, 8, 3, 8]);
  writeFileSync('digits/train-labels-idx1-ubyte', labels);
}

test('packs images, says what it wrote, and packs shards again', async () => {
  writeIdx();
  const made = await runHere('data', 'pack', 'digits', '--out', 'shards');
  expect(made).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('6 images of 2 classes in 1 shard'),
  });
  expect(readdirSync('shards').sort()).toEqual(['index.json', 'shard-000000.rows', 'shard-000000.tar']);
  const again = await runHere('data', 'pack', './shards', '--out', 'again', '--json');
  expect(JSON.parse(again.stdout)).toMatchObject({
    images: 6,
    classes: [
      { name: '3', images: 3 },
      { name: '8', images: 3 },
    ],
    skipped: [],
  });
  // In no folder that holds something.
  const refused = await runHere('data', 'pack', 'digits', '--out', 'shards', '--json');
  expect(refused.code).toBe(2);
  expect(JSON.parse(refused.stdout)).toMatchObject({ error: { code: 'SHARDS_EXIST' } });
});

test('data that is in no files, and a size that is none', async () => {
  expect(await runHere('data', 'pack', 'shapes', '--out', 'a')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('DATA_WITHOUT_FILES'),
  });
  expect(await runHere('data', 'pack', 'digits', '--out', 'a', '--shard-size', '0')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--shard-size'),
  });
});

test('an address of shards stays what it is', () => {
  const path = 'https://example.org/data/shards?key=1';
  expect(imagesAt(path)).toEqual({ use: 'auto', path });
});
