import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type HostTensor, parseSafetensors, serializeSafetensors } from '@ganymede/safetensors';
import { withChecksum } from './safetensors-checksum.js';
import { readSafetensors, SafetensorsFile, writeSafetensors } from './safetensors-file.js';

/** A file with any header, to try what no writer makes. */
function fileOf(header: unknown, data: Uint8Array): Uint8Array {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.byteLength));
  return Buffer.concat([length, json, data]);
}

const everyDtype: Record<string, HostTensor> = {
  double: { dtype: 'F64', shape: [2], data: Float64Array.of(Math.PI, -0) },
  single: { dtype: 'F32', shape: [2, 2], data: Float32Array.of(1.5, NaN, -Infinity, 1e-45) },
  long: { dtype: 'I64', shape: [2], data: BigInt64Array.of(-(2n ** 63n), 2n ** 53n + 1n) },
  int: { dtype: 'I32', shape: [1], data: Int32Array.of(-(2 ** 31)) },
  short: { dtype: 'I16', shape: [1], data: Int16Array.of(-32768) },
  tiny: { dtype: 'I8', shape: [3], data: Int8Array.of(-128, 0, 127) },
  byte: { dtype: 'U8', shape: [3], data: Uint8Array.of(0, 128, 255) },
  flags: { dtype: 'BOOL', shape: [2], data: Uint8Array.of(0, 1) },
  scalar: { dtype: 'F32', shape: [], data: Float32Array.of(7) },
  empty: { dtype: 'F32', shape: [0, 3], data: new Float32Array() },
};

describe('safetensors', () => {
  it('gives back every dtype, special values, scalars, empty tensors and odd names', () => {
    const tensors = { ...everyDtype, '0': everyDtype['scalar']!, 'ü.weight': everyDtype['byte']! };
    Object.defineProperty(tensors, '__proto__', { value: everyDtype['int'], enumerable: true });
    const read = parseSafetensors(serializeSafetensors(tensors, { step: '12' }));
    expect(read.metadata).toEqual({ step: '12' });
    expect(Object.keys(read.tensors).sort()).toEqual(Object.keys(tensors).sort());
    for (const [name, tensor] of Object.entries(tensors))
      expect(Object.getOwnPropertyDescriptor(read.tensors, name)?.value).toEqual(tensor);
  });

  it('writes the bytes of the reference implementation', () => {
    // Python: safetensors.torch.save({'b': tensor([1., 2.]), 'a': tensor([[3]], dtype=int64)}), version 0.4: by falling
    // dtype size, then name; header padded with spaces to a multiple of 8.
    const bytes = serializeSafetensors({
      b: { dtype: 'F32', shape: [2], data: Float32Array.of(1, 2) },
      a: { dtype: 'I64', shape: [1, 1], data: BigInt64Array.of(3n) },
    });
    const json =
      '{"a":{"dtype":"I64","shape":[1,1],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}}';
    const padded = json.padEnd(Math.ceil(json.length / 8) * 8, ' ');
    expect(Buffer.from(bytes).toString('latin1', 8, 8 + padded.length)).toBe(padded);
    expect([...bytes.subarray(8 + padded.length)]).toEqual([
      3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80, 0x3f, 0, 0, 0, 0x40,
    ]);
  });

  it('widens half-precision floats exactly', () => {
    // IEEE 754 binary16: 1, -2, 65504 (largest), 2^-24 (smallest), -0, infinity; bfloat16: 1, -2, 2^-133.
    const half = Uint16Array.of(0x3c00, 0xc000, 0x7bff, 0x0001, 0x8000, 0x7c00);
    const brain = Uint16Array.of(0x3f80, 0xc000, 0x0001);
    const header = {
      half: { dtype: 'F16', shape: [6], data_offsets: [0, 12] },
      brain: { dtype: 'BF16', shape: [3], data_offsets: [12, 18] },
    };
    const data = Buffer.concat([Buffer.from(half.buffer), Buffer.from(brain.buffer)]);
    const { tensors } = parseSafetensors(fileOf(header, data));
    expect(tensors['half']).toEqual({
      dtype: 'F32',
      shape: [6],
      data: Float32Array.of(1, -2, 65504, 2 ** -24, -0, Infinity),
    });
    expect(tensors['brain']).toEqual({ dtype: 'F32', shape: [3], data: Float32Array.of(1, -2, 2 ** -133) });
  });

  const f32 = (begin: number, end: number, shape = [(end - begin) / 4]): object => ({
    dtype: 'F32',
    shape,
    data_offsets: [begin, end],
  });
  const eight = new Uint8Array(8);
  it.each<[string, Uint8Array, RegExp]>([
    ['no header length', eight.subarray(0, 3), /at least 8 bytes, got 3 bytes/],
    [
      'a header longer than the file',
      Uint8Array.of(9, 0, 0, 0, 0, 0, 0, 0, 1),
      /header length: expected at most the 1 bytes/,
    ],
    [
      'an absurd header length',
      new Uint8Array(16).fill(255),
      /header length: expected at most 100000000 bytes/,
    ],
    ['a header that is no JSON', fileOf('{"a":', eight), /header: expected JSON/],
    [
      'a header that is no UTF-8',
      fileOf('', eight).map((byte, i) => (i === 0 ? 2 : i > 7 ? 0xff : byte)),
      /JSON in UTF-8/,
    ],
    ['a header that is a list', fileOf([], eight), /a JSON object, got \[\]/],
    [
      'metadata that is no text',
      fileOf({ __metadata__: { a: 1 } }, eight.subarray(8)),
      /an object of strings/,
    ],
    ['a negative size', fileOf({ a: f32(0, 8, [-2]) }, eight), /tensor a: shape: .* got \[-2\]/],
    ['a fractional size', fileOf({ a: f32(0, 8, [0.5, 4]) }, eight), /tensor a: shape/],
    ['a shape beyond safe integers', fileOf({ a: f32(0, 8, [2 ** 40, 2 ** 40]) }, eight), /tensor a: shape/],
    [
      'offsets of another size than the shape',
      fileOf({ a: f32(0, 8, [3]) }, eight),
      /12 bytes for F32 \[3\], got 8 bytes/,
    ],
    ['descending offsets', fileOf({ a: f32(8, 0, [2]) }, eight), /two ascending integers, got \[8,0\]/],
    ['an overlap', fileOf({ a: f32(0, 8), b: f32(4, 8) }, eight), /tensor b: .*start at byte \d+.*overlap/],
    ['a hole', fileOf({ a: f32(4, 8) }, eight), /tensor a: .*hole/],
    ['data cut short', fileOf({ a: f32(0, 8) }, eight.subarray(1)), /expected \d+ bytes, as its header says/],
    ['trailing bytes', fileOf({ a: f32(0, 4) }, eight), /expected \d+ bytes, as its header says/],
  ])('names %s', (_, bytes, message) => {
    expect(() => parseSafetensors(bytes, 'x.safetensors')).toThrow(message);
    expect(() => parseSafetensors(bytes, 'x.safetensors')).toThrow(
      expect.objectContaining({
        code: 'SAFETENSORS_DAMAGED',
        message: expect.stringMatching(/^x\.safetensors/),
      }),
    );
  });

  it('names a dtype that it does not read', () => {
    const bytes = fileOf({ a: { dtype: 'F8_E4M3', shape: [8], data_offsets: [0, 8] } }, eight);
    expect(() => parseSafetensors(bytes)).toThrow(/tensor a: .* got F8_E4M3/);
  });

  it.each<[string, object, RegExp]>([
    ['the wrong array', { dtype: 'F32', shape: [1], data: [1] }, /Float32Array for dtype F32, got Array/],
    [
      'too few values',
      { dtype: 'F32', shape: [3], data: new Float32Array(2) },
      /3 values for shape \[3\], got 2/,
    ],
    ['an unknown dtype', { dtype: 'float32', shape: [1], data: new Float32Array(1) }, /got float32/],
    [
      'a bad shape',
      { dtype: 'F32', shape: [1.5], data: new Float32Array(1) },
      /non-negative integers, got \[1\.5\]/,
    ],
  ])('refuses to write %s', (_, tensor, message) => {
    expect(() => serializeSafetensors({ w: tensor as HostTensor })).toThrow(message);
    expect(() => serializeSafetensors({ w: tensor as HostTensor })).toThrow(
      expect.objectContaining({ code: 'BAD_TENSOR' }),
    );
  });
});

describe('SafetensorsFile', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'safetensors-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('reads tensors by name and all at once', async () => {
    const path = join(folder, 'a.safetensors');
    await writeSafetensors(path, everyDtype, { by: 'test' });
    const file = await SafetensorsFile.open(path);
    expect(file.metadata).toMatchObject({ by: 'test' });
    expect(file.entry('single')).toMatchObject({ dtype: 'F32', shape: [2, 2] });
    expect(await file.read('long')).toEqual(everyDtype['long']);
    await expect(file.read('lnog')).rejects.toMatchObject({ code: 'TENSOR_NOT_FOUND' });
    await file.close();
    expect(await readSafetensors(path)).toEqual(everyDtype);
  });

  it('finds a flipped bit in any of the values', async () => {
    const path = join(folder, 'flipped.safetensors');
    await writeSafetensors(path, everyDtype);
    const whole = await readFile(path);
    const begin = 8 + Number(whole.readBigUInt64LE(0));
    const sha256 = createHash('sha256').update(whole.subarray(begin)).digest('hex');
    const file = await SafetensorsFile.open(path);
    expect(file.metadata).toEqual({ 'modelspec.hash_sha256': `0x${sha256}` });
    await file.close();
    for (let at = begin; at < whole.length; at += 5) {
      whole[at]! ^= 16;
      await writeFile(path, whole);
      await expect(readSafetensors(path)).rejects.toMatchObject({
        code: 'SAFETENSORS_DAMAGED',
        message: expect.stringContaining(`SHA-256 of the tensors: expected ${sha256.slice(0, 16)}, got `),
      });
      whole[at]! ^= 16;
    }
    await writeFile(path, whole);
    expect(await readSafetensors(path)).toEqual(everyDtype);
  });

  it('takes files without a checksum, and with one in capitals or without 0x', async () => {
    const path = join(folder, 'theirs.safetensors');
    await writeFile(path, serializeSafetensors(everyDtype));
    expect(await readSafetensors(path)).toEqual(everyDtype);
    const sha256 = withChecksum(everyDtype, {})['modelspec.hash_sha256']!.slice(2).toUpperCase();
    await writeFile(path, serializeSafetensors(everyDtype, { 'modelspec.hash_sha256': sha256 }));
    expect(await readSafetensors(path)).toEqual(everyDtype);
  });

  it('finds a file that was cut short, wherever the cut is', async () => {
    const whole = serializeSafetensors(everyDtype);
    const path = join(folder, 'cut.safetensors');
    for (let length = 0; length < whole.byteLength; length += 7) {
      await writeFile(path, whole.subarray(0, length));
      await expect(readSafetensors(path)).rejects.toMatchObject({ code: 'SAFETENSORS_DAMAGED' });
    }
  });

  it('finds a file that shrinks after it was opened', async () => {
    const path = join(folder, 'shrinks.safetensors');
    await writeSafetensors(path, everyDtype);
    const file = await SafetensorsFile.open(path);
    await truncate(path, file.entry('byte')!.begin + 1);
    await expect(file.read('byte')).rejects.toMatchObject({ code: 'SAFETENSORS_DAMAGED' });
    await file.close();
  });
});
