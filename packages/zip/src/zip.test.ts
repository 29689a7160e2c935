import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { zipBytes, zipChunks, zipFile, ZipReader, type ZipContent, type ZipOptions } from './index.js';

const error = (where: string, expected: string, got: string): Error =>
  new Error(`${where}: expected ${expected}, got ${got}`);
const options: ZipOptions = { problems: { damaged: error, unsupported: error } };
const contents = [0, 1, 63, 64, 1000].map((length) => ({
  name: `é/${length}`,
  bytes: Uint8Array.from({ length }, (_, i) => i % 251),
}));
const packed = (of: readonly ZipContent[], zip64From?: number): Buffer =>
  Buffer.concat([...zipChunks(of, zip64From)]);
const opened = (bytes: Uint8Array, more = {}): Promise<ZipReader> =>
  ZipReader.open(zipBytes(bytes), 'a.zip', { ...options, ...more });

test.each([0, 100, undefined])('reads back what it writes, zip64 from %s bytes on', async (zip64From) => {
  const zip = await opened(packed(contents, zip64From));
  for (const { name, bytes } of contents)
    expect(Buffer.from(await zip.read(name))).toEqual(Buffer.from(bytes));
  expect([...zip.members.keys()]).toEqual(contents.map(({ name }) => name));
  await expect(zip.read('b')).rejects.toThrow('a.zip: member b: expected one in the archive, got none');
});

test('an open file is read as bytes are', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'zip-'));
  const path = join(folder, 'a.zip');
  await writeFile(path, packed(contents));
  const handle = await open(path, 'r');
  const zip = await ZipReader.open(zipFile(handle), path, options);
  expect(await zip.read('é/63')).toEqual(contents[2]!.bytes);
  await handle.close();
  await rm(folder, { recursive: true });
});

test('any bit of a value that is flipped is found', async () => {
  const bytes = packed([contents[3]!]);
  const at = bytes.indexOf(Buffer.from(contents[3]!.bytes.subarray(1, 20))) - 1;
  for (let i = 0; i < 64; i++) {
    bytes[at + i]! ^= 1 << (i % 8);
    const zip = await opened(bytes);
    await expect(zip.read('é/64')).rejects.toThrow(
      /^a\.zip: member é\/64: expected CRC-32 [0-9a-f]{8}, got [0-9a-f]{8}$/,
    );
    bytes[at + i]! ^= 1 << (i % 8);
  }
});

test('a file that is cut off anywhere is refused', async () => {
  const bytes = packed(contents);
  for (let length = 0; length < bytes.length; length += 7)
    await expect(opened(bytes.subarray(0, length))).rejects.toThrow(/^a\.zip: expected /);
});

/** A zip of one deflated member, as others write them. */
function deflated(name: string, bytes: Uint8Array, method = 8): Buffer {
  const stored = packed([{ name, bytes }]);
  const body = method === 8 ? deflateRawSync(bytes) : bytes;
  const directory = stored.indexOf(Buffer.from('PK\x01\x02', 'latin1'));
  const header = stored.subarray(0, 30 + stored.readUInt16LE(26) + stored.readUInt16LE(28));
  const tail = Buffer.from(stored.subarray(directory));
  tail.writeUInt16LE(method, 10);
  tail.writeUInt32LE(body.length, 20);
  const end = tail.indexOf(Buffer.from('PK\x05\x06', 'latin1'));
  tail.writeUInt32LE(header.length + body.length, end + 16);
  return Buffer.concat([header, body, tail]);
}

describe('deflated members', () => {
  const bytes = new Uint8Array(4 << 20);

  test('are inflated', async () => {
    expect(Buffer.compare(await (await opened(deflated('z', bytes))).read('z'), bytes)).toBe(0);
  });

  test('that grow by more than is allowed are refused', async () => {
    const zip = await opened(deflated('z', bytes), { highestRatio: 100 });
    await expect(zip.read('z')).rejects.toThrow(
      /expected at most 100 times its \d+ compressed bytes, got 4194304$/,
    );
  });

  test('of another method are not read', async () => {
    const zip = await opened(deflated('z', bytes.subarray(0, 9), 12));
    await expect(zip.read('z')).rejects.toThrow(
      'expected a stored or deflated member, got compression method 12',
    );
  });
});
