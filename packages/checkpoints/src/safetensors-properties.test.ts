import { isGanymedeError } from '@ganymede/core';
import fc from 'fast-check';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type HostTensors, parseSafetensors, serializeSafetensors } from '@ganymede/safetensors';
import { readSafetensors, SafetensorsFile } from './safetensors-file.js';

const oddNames = [...Object.getOwnPropertyNames(Object.prototype), 'prototype', '', 'a.b', '0', '\u0000'];
const before = Object.getOwnPropertyNames(Object.prototype);
const megabyte = 2 ** 20;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ganymede-safetensors-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before));

const name = fc.oneof(fc.constantFrom(...oddNames, '__metadata__'), fc.string({ maxLength: 6 }));
/** As it stands in the JSON: also numbers that JSON.parse rounds, and what is no number. */
const number = fc.oneof(
  fc.nat(64).map(String),
  fc.constantFrom(
    '-1',
    '-0',
    '0.5',
    '1e3',
    '1e400',
    '9007199254740993',
    '1152921504606846976',
    'null',
    '"4"',
  ),
);
const numbers = fc.array(number, { maxLength: 4 }).map((all) => `[${all.join(',')}]`);
const entry = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('F32', 'F16', 'BF16', 'I64', 'BOOL', 'F8_E4M3', 'constructor', ''),
      numbers,
      numbers,
    )
    .map(([dtype, shape, offsets]) => `{"dtype":"${dtype}","shape":${shape},"data_offsets":${offsets}}`),
  // One that is right for 16 bytes.
  fc.constantFrom(
    '{"dtype":"F32","shape":[4],"data_offsets":[0,16]}',
    '{"dtype":"U8","shape":[0],"data_offsets":[16,16]}',
  ),
  fc.json({ maxDepth: 2 }),
  fc.constant('['.repeat(50_000) + ']'.repeat(50_000)),
);
const headerText = fc
  .array(fc.tuple(name, entry), { maxLength: 4 })
  .map((entries) => `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(',')}}`);
const length = fc.oneof(
  { weight: 4, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }) },
  { weight: 1, arbitrary: fc.constantFrom(2n ** 60n, 2n ** 63n, 2n ** 32n, 100_000_000n) },
);

function fileOf(header: Uint8Array, claimed: bigint | null, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(8 + header.byteLength + data.byteLength);
  new DataView(bytes.buffer).setBigUint64(0, claimed ?? BigInt(header.byteLength), true);
  bytes.set(header, 8);
  bytes.set(data, 8 + header.byteLength);
  return bytes;
}

/** @returns whether it was taken */
function taken(bytes: Uint8Array): boolean {
  try {
    const { tensors, metadata } = parseSafetensors(bytes, 'made up');
    const held = Object.values(tensors).reduce((sum, { data }) => sum + data.byteLength, 0);
    // Half precision becomes twice as wide.
    expect(held).toBeLessThanOrEqual(2 * bytes.byteLength);
    for (const text of Object.values(metadata)) expect(typeof text).toBe('string');
    return true;
  } catch (error) {
    if (!isGanymedeError(error) || error.kind !== 'data') throw error;
    expect(error.message.length).toBeLessThan(400);
    return false;
  }
}

test('a thousand made-up headers are taken or refused with a code, in bounded memory', () => {
  const start = process.memoryUsage().rss;
  const sizes = fc.constantFrom(0, 16, 64);
  fc.assert(
    fc.property(headerText, length, sizes, (text, claimed, size) => {
      taken(fileOf(new TextEncoder().encode(text), claimed, new Uint8Array(size)));
    }),
    { numRuns: 1000 },
  );
  expect(process.memoryUsage().rss - start).toBeLessThan(256 * megabyte);
});

test('a thousand changed files are taken or refused with a code', () => {
  const tensors: HostTensors = {
    'blocks.0.weight': { dtype: 'F32', shape: [2, 3], data: new Float32Array(6) },
    count: { dtype: 'I64', shape: [], data: new BigInt64Array(1) },
  };
  const valid = serializeSafetensors(tensors, { kind: 'x' });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(valid.byteLength - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
      fc.integer({ min: -8, max: 8 }),
      (changes, longer) => {
        const bytes = new Uint8Array(valid.byteLength + longer);
        bytes.set(valid.subarray(0, bytes.byteLength));
        for (const [at, byte] of changes) if (at < bytes.byteLength) bytes[at] = byte;
        taken(bytes);
      },
    ),
    { numRuns: 1000 },
  );
  expect(taken(valid)).toBe(true);
});

test('a header that claims 2^60 bytes is refused before anything is allocated', async () => {
  const path = join(folder, 'long.safetensors');
  writeFileSync(path, fileOf(new Uint8Array(8), 2n ** 60n, new Uint8Array(0)));
  // A sparse file: its size does not help a header that is too long.
  truncateSync(path, 2 ** 33);
  const start = process.memoryUsage();
  await expect(SafetensorsFile.open(path)).rejects.toMatchObject({
    code: 'SAFETENSORS_DAMAGED',
    message: expect.stringContaining('1152921504606846976 bytes'),
  });
  expect(process.memoryUsage().arrayBuffers - start.arrayBuffers).toBeLessThan(megabyte);
});

test.each([
  ['the same place', '[0,16]', '[0,16]'],
  ['places of their own', '[0,16]', '[16,32]'],
])('two tensors of one name at %s are refused', (_, first, second) => {
  const text = `{"a":{"dtype":"F32","shape":[4],"data_offsets":${first}},"a":{"dtype":"I32","shape":[4],"data_offsets":${second}}}`;
  expect(() => parseSafetensors(fileOf(new TextEncoder().encode(text), null, new Uint8Array(16)))).toThrow(
    expect.objectContaining({
      code: 'SAFETENSORS_DAMAGED',
      message: expect.stringContaining('each name once'),
    }),
  );
});

test('tensors and metadata may have the names that every object has', async () => {
  const names = Object.getOwnPropertyNames(Object.prototype);
  const tensors = Object.fromEntries(
    names.map((one, i) => [one, { dtype: 'F32', shape: [1], data: Float32Array.of(i) } as const]),
  );
  const metadata = Object.fromEntries(names.map((one) => [one, 'text']));
  const bytes = serializeSafetensors(tensors, metadata);
  const parsed = parseSafetensors(bytes);
  expect(Object.keys(parsed.tensors).sort()).toEqual([...names].sort());
  expect(parsed.tensors['__proto__']!.data[0]).toBe(names.indexOf('__proto__'));
  expect(Object.keys(parsed.metadata).sort()).toEqual([...names].sort());
  const path = join(folder, 'names.safetensors');
  writeFileSync(path, bytes);
  expect((await readSafetensors(path))['constructor']!.data[0]).toBe(names.indexOf('constructor'));
  expect(parseSafetensors(serializeSafetensors({})).tensors['constructor']).toBeUndefined();
});
