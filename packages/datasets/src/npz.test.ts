import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isGanymedeError } from '@ganymede/core';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { npz } from './npz.js';
import { readNpy, readNpz } from './numpy-arrays.js';

const folder = mkdtempSync(join(tmpdir(), 'ganymede-npz-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A .npy file as numpy 1 and 2 write it. */
function npy(type: string, shape: readonly number[], bytes: Uint8Array, order = 'False'): Uint8Array {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const text = `{'descr': '${type}', 'fortran_order': ${order}, 'shape': ${tuple}, }`.padEnd(117) + '\n';
  const head = Buffer.from(`\x93NUMPY\x01\x00${String.fromCharCode(text.length)}\x00${text}`, 'latin1');
  return Buffer.concat([head, bytes]);
}

const pixels = Uint8Array.from({ length: 3 * 2 * 2 * 3 }, (_, i) => i);
const images = npy('|u1', [3, 2, 2, 3], pixels);
const labels = npy('<i8', [3], new Uint8Array(BigInt64Array.of(5n, 2n, 5n).buffer));

let files = 0;
const write = (arrays: Record<string, Uint8Array>): string => {
  const path = join(folder, `${files++}.npz`);
  writeFileSync(
    path,
    zipSync(Object.fromEntries(Object.entries(arrays).map(([name, of]) => [`${name}.npy`, of]))),
  );
  return path;
};
const open = (arrays: Record<string, Uint8Array>, resolution = 2) =>
  npz
    .create(npz.options.parse({ path: write(arrays) }), {} as never)
    .open({ cacheFolder: folder, resolution, channels: 3, strict: true });

test('images and labels by our names, and by those of numpy', async () => {
  for (const arrays of [
    { images, labels },
    { arr_0: images, arr_1: labels },
  ]) {
    const data = await open(arrays);
    expect([data.length, data.classes, [...data.labels()]]).toEqual([3, ['2', '5'], [1, 0, 1]]);
    expect(await data.read([2, 0])).toEqual(Uint8Array.of(...pixels.subarray(24), ...pixels.subarray(0, 12)));
  }
});

test('without labels they are of one class; grey ones become what is asked for; other sizes are resized', async () => {
  const data = await open({ images: npy('|u1', [1, 2, 2], Uint8Array.of(9, 9, 9, 9)) }, 4);
  expect(data.classes).toEqual(['all']);
  expect([...new Set(await data.read([0]))]).toEqual([9]);
});

test('a pixel more or less is other data', async () => {
  const other = npy(
    '|u1',
    [3, 2, 2, 3],
    pixels.map((value, i) => (i === 7 ? value + 1 : value)),
  );
  const prints = await Promise.all(
    [{ images }, { images: other }, { images }].map(async (one) => (await open(one)).fingerprint),
  );
  expect(prints[0]).toBe(prints[2]);
  expect(prints[0]).not.toBe(prints[1]);
});

test.each([
  [
    'floats',
    { images: npy('<f4', [1, 1, 1, 3], new Uint8Array(12)) },
    'DATASET_UNKNOWN_FORMAT',
    'expected images of uint8, 0 to 255, got <f4',
  ],
  [
    'channels first',
    { images: npy('|u1', [1, 3, 2, 2], new Uint8Array(12)) },
    'DATASET_UNKNOWN_FORMAT',
    'got [1, 3, 2, 2]',
  ],
  [
    'no images',
    { features: images },
    'DATASET_UNKNOWN_FORMAT',
    'expected an array images or arr_0, got neither',
  ],
  [
    'an order of columns',
    { images: npy('|u1', [3, 2, 2, 3], pixels, 'True') },
    'DATASET_UNKNOWN_FORMAT',
    'C order',
  ],
  [
    'one label too few',
    { images, labels: npy('|u1', [2], new Uint8Array(2)) },
    'DATASET_DAMAGED',
    'expected 3 labels',
  ],
  [
    'labels that are no numbers',
    { images, labels: npy('<f8', [3], new Uint8Array(24)) },
    'DATASET_UNKNOWN_FORMAT',
    'integers',
  ],
  [
    'labels without a name',
    { images, labels, classes: npy('<U1', [2], new Uint8Array(8)) },
    'DATASET_DAMAGED',
    'expected labels of 2 classes, got 5',
  ],
  [
    'missing bytes',
    { images: images.subarray(0, images.length - 1) },
    'DATASET_DAMAGED',
    'expected 36 bytes of values, got 35',
  ],
])('%s: refused with the reason', async (_, arrays, code, message) => {
  await expect(open(arrays as unknown as Record<string, Uint8Array>)).rejects.toMatchObject({
    code,
    kind: 'data',
    message: expect.stringContaining(message),
  });
});

test('one bit of a pixel that is not as it was written is damage', async () => {
  const zip = Buffer.from(zipSync({ 'images.npy': images }, { level: 0 }));
  const at = zip.indexOf(Buffer.from(pixels));
  zip[at + 5]! ^= 1;
  const path = join(folder, 'flipped.npz');
  writeFileSync(path, zip);
  const options = { cacheFolder: folder, resolution: 2, channels: 3 as const, strict: true };
  await expect(npz.create(npz.options.parse({ path }), {} as never).open(options)).rejects.toMatchObject({
    code: 'DATASET_DAMAGED',
    kind: 'data',
    message: expect.stringMatching(/flipped\.npz: member images\.npy: expected CRC-32 [0-9a-f]{8}, got/),
  });
});

test('any header and any zip: an array, or an error that says why', async () => {
  const expectCoded = async (act: () => unknown): Promise<void> => {
    try {
      await act();
    } catch (error) {
      expect(isGanymedeError(error)).toBe(true);
    }
  };
  const whole = zipSync({ 'images.npy': images });
  const damage = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 60 }),
      damage,
      fc.nat(whole.length),
      async (bytes, places, length) => {
        await expectCoded(() => readNpy('x', Buffer.concat([Buffer.from('\x93NUMPY', 'latin1'), bytes])));
        const [zip, array] = [whole.slice(), images.slice()];
        for (const [at, value] of places) {
          zip[at] = value;
          array[at % array.length] = value;
        }
        await expectCoded(() => readNpy('x', array));
        await expectCoded(() => readNpz('x', zip.subarray(0, length), ['images']));
        await expectCoded(() => readNpz('x', zip, ['images']));
      },
    ),
    { numRuns: 1000 },
  );
});
