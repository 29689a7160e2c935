import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { encodeArray, npyHeader } from './numpy-header.js';
import { writeNpz } from './write-npz.js';

const folder = mkdtempSync(join(tmpdir(), 'ganymede-write-npz-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** numpy.save of a uint8 array of shape (2, 3): magic, version, length 118, literal, spaces, newline. */
const numpyHeader = `\x93NUMPY\x01\x00v\x00${"{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3), }".padEnd(117)}\n`;

test('the .npy header is that of numpy, byte by byte', () => {
  const header = npyHeader(encodeArray({ data: new Uint8Array(6), shape: [2, 3] }));
  expect(Buffer.from(header).toString('latin1')).toBe(numpyHeader);
});

test.each([
  [new Float32Array(1), [1], "'<f4'", '(1,)'],
  [new Int32Array(6), [3, 2], "'<i4'", '(3, 2)'],
  [new Uint8Array(1), [1, 1, 1], "'|u1'", '(1, 1, 1)'],
] as const)('%#: dtype and shape are numpy’s', (data, shape, dtype, tuple) => {
  const header = npyHeader(encodeArray({ data, shape }));
  expect(header.length % 64).toBe(0);
  expect(Buffer.from(header).toString('latin1')).toContain(
    `{'descr': ${dtype}, 'fortran_order': False, 'shape': ${tuple}, }`,
  );
});

test('an npz larger than the pieces it is written in is whole', async () => {
  const data = new Uint8Array(Buffer.alloc(33 * 2 ** 20, 'a pattern of seventeen'));
  const path = join(folder, 'large.npz');
  await writeNpz(path, { images: { data, shape: [data.length] } });
  const { 'images.npy': file } = unzipSync(readFileSync(path));
  expect(Buffer.compare(file!.subarray(file!.length - data.length), data)).toBe(0);
});

test('an array that is not its shape is refused', async () => {
  await expect(
    writeNpz(join(folder, 'x.npz'), { a: { data: new Uint8Array(5), shape: [2, 3] } }),
  ).rejects.toMatchObject({
    code: 'BAD_ARRAY',
    message: 'npz array a: expected 6 values for [2, 3], got 5',
  });
});
