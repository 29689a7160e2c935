import { createHash } from 'node:crypto';
import { cpSync, readFileSync, rmSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesOf, openContext, someImages, temporaryFolder } from '../testing/make-shards.js';
import { packShards } from './pack-shards.js';
import { decodeRows, encodeRows, digestOfRows, type ShardRows } from './shard-rows.js';
import { Shards, shards } from './shards.js';

const root = temporaryFolder();
const whole = join(root, 'whole');
let copies = 0;

beforeAll(async () => {
  await packShards(filesOf(await someImages(20)), { folder: whole, shardBytes: 16_384 });
});

function copy(): string {
  const path = join(root, `copy-${copies++}`);
  cpSync(whole, path, { recursive: true });
  return path;
}

const open = (path: string) =>
  new Shards(shards.options.parse({ path })).open(openContext(join(root, 'cache')));
const readAll = async (path: string) => {
  const dataset = await open(path);
  try {
    return await dataset.read(Array.from({ length: dataset.length }, (_, i) => i));
  } finally {
    await dataset.close();
  }
};

/** Writes rows that say something else, and an index that names them. */
function changeRows(path: string, change: (rows: ShardRows) => void): void {
  const file = join(path, 'shard-000001.rows');
  const rows = decodeRows(readFileSync(file), file);
  change(rows);
  const bytes = encodeRows(rows);
  writeFileSync(file, bytes);
  changeIndex(path, (index) => {
    index.shards[1].rows = digestOfRows(bytes);
  });
}

function changeIndex(path: string, change: (index: any) => void): void {
  const file = join(path, 'index.json');
  const index = JSON.parse(readFileSync(file, 'utf8'));
  change(index);
  writeFileSync(file, JSON.stringify(index));
}

/** Where a member's bytes start. */
function offsetOf(path: string, row: number): number {
  const file = join(path, 'shard-000001.rows');
  return decodeRows(readFileSync(file), file).blocks[row]! * 512;
}

test('a shard that is missing stops the opening', async () => {
  const path = copy();
  unlinkSync(join(path, 'shard-000001.tar'));
  await expect(open(path)).rejects.toMatchObject({
    code: 'SHARD_MISSING',
    message: expect.stringContaining(join(path, 'shard-000001.tar')),
  });
});

test('rows that are missing stop the opening', async () => {
  const path = copy();
  unlinkSync(join(path, 'shard-000001.rows'));
  await expect(open(path)).rejects.toMatchObject({
    code: 'SHARD_MISSING',
    message: expect.stringContaining('shard-000001.rows'),
  });
});

test('a shard that is short stops the opening', async () => {
  const path = copy();
  truncateSync(join(path, 'shard-000001.tar'), 1000);
  await expect(open(path)).rejects.toMatchObject({
    code: 'SHARD_SHORT',
    message: expect.stringMatching(/shard-000001\.tar: expected \d+ bytes, got 1000/),
  });
});

test('a flipped bit of an image is found when it is read, by shard and member', async () => {
  const path = copy();
  const file = join(path, 'shard-000001.tar');
  const bytes = readFileSync(file);
  bytes[offsetOf(path, 2) + 40]! ^= 1;
  writeFileSync(file, bytes);
  await expect(readAll(path)).rejects.toMatchObject({
    code: 'SHARD_DAMAGED',
    message: expect.stringMatching(/shard-000001\.tar.*0000000\d\d-[ab]_\d+\.png.*checksum/),
  });
  // Other images are read as before.
  const dataset = await open(path);
  expect(await dataset.read([0, 1])).toHaveLength(2 * 192);
  await dataset.close();
});

test('a shard that is gone or cut off after the opening is found when it is read', async () => {
  for (const harm of [(file: string) => truncateSync(file, 1000), (file: string) => rmSync(file)]) {
    const path = copy();
    const dataset = await open(path);
    const { images }: { images: number } = JSON.parse(readFileSync(join(path, 'index.json'), 'utf8'))
      .shards[0];
    harm(join(path, 'shard-000001.tar'));
    await expect(dataset.read([images + 2])).rejects.toMatchObject({
      code: expect.stringMatching(/^SHARD_(DAMAGED|MISSING)$/),
      message: expect.stringContaining('shard-000001.tar'),
    });
    await dataset.close();
  }
});

test('a member that is no image is found when it is read, by shard and member', async () => {
  const path = copy();
  const file = join(path, 'shard-000001.tar');
  const bytes = readFileSync(file);
  const text = Buffer.from('this is no image, whatever its checksum says');
  const at = offsetOf(path, 0);
  text.copy(bytes, at);
  writeFileSync(file, bytes);
  const { crc32 } = await import('node:zlib');
  changeRows(path, (rows) => {
    rows.crcs[0] = crc32(bytes.subarray(at, at + rows.lengths[0]!));
  });
  await expect(readAll(path)).rejects.toMatchObject({
    code: 'SHARD_BAD_IMAGE',
    message: expect.stringMatching(
      /shard-000001\.tar: expected images, got 0000000\d\d-[ab]_\d+\.png, which is /,
    ),
  });
});

test('a label outside of the classes stops the opening, by shard and member', async () => {
  const path = copy();
  changeRows(path, (rows) => {
    rows.labels[1] = 7;
  });
  await expect(open(path)).rejects.toMatchObject({
    code: 'SHARD_BAD_LABEL',
    message: expect.stringMatching(
      /shard-000001\.tar: 0000000\d\d-[ab]_\d+\.png: expected a label below 2.*got 7/,
    ),
  });
});

test('an index or rows of another version stop the opening', async () => {
  const path = copy();
  changeIndex(path, (index) => {
    index.version = 2;
  });
  await expect(open(path)).rejects.toMatchObject({
    code: 'SHARDS_OTHER_VERSION',
    message: expect.stringContaining('expected an index of version 1, got version 2'),
  });
  const other = copy();
  const file = join(other, 'shard-000000.rows');
  const body = Buffer.from(readFileSync(file).subarray(0, -32));
  body.write('"version":9', body.indexOf('"version":1'), 'latin1');
  writeFileSync(file, Buffer.concat([body, createHash('sha256').update(body).digest()]));
  await expect(open(other)).rejects.toMatchObject({ code: 'SHARDS_OTHER_VERSION' });
});

test.each([
  ['no JSON', (path: string) => writeFileSync(join(path, 'index.json'), '{ "format": "gany')],
  ['another format', (path: string) => changeIndex(path, (index) => (index.format = 'other'))],
  ['counts that do not add up', (path: string) => changeIndex(path, (index) => (index.images = 21))],
  [
    'a path out of the folder',
    (path: string) => changeIndex(path, (index) => (index.shards[0].file = '../x.tar')),
  ],
  [
    'rows of another pack',
    (path: string) => changeIndex(path, (index) => (index.shards[0].rows = 'a'.repeat(64))),
  ],
  [
    'rows that are damaged',
    (path: string) => {
      const file = join(path, 'shard-000000.rows');
      const bytes = readFileSync(file);
      bytes[bytes.length - 50]! ^= 1;
      writeFileSync(file, bytes);
    },
  ],
  ['rows that are cut off', (path: string) => truncateSync(join(path, 'shard-000000.rows'), 100)],
])('an index with %s stops the opening', async (_, harm) => {
  const path = copy();
  harm(path);
  await expect(open(path)).rejects.toMatchObject({ code: 'SHARDS_BAD_INDEX' });
});

test('nothing at a path, and a folder without shards', async () => {
  await expect(open(join(root, 'nowhere'))).rejects.toMatchObject({ code: 'SHARDS_NOT_FOUND' });
  await expect(open(root)).rejects.toMatchObject({ code: 'SHARDS_NOT_FOUND' });
});
