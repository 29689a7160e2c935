import { isGanymedeError } from '@ganymede/core';
import fc from 'fast-check';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { crc32 } from 'node:zlib';
import { readTorchFile, readTorchValue } from './read-torch-file.js';
import { zipChunks } from '@ganymede/zip';

const fixture = (name: string): Buffer => readFileSync(join(__dirname, '../fixtures', `${name}.pth`));
const before = Object.getOwnPropertyNames(Object.prototype);
const megabyte = 2 ** 20;
const runs = { numRuns: 1000, interruptAfterTimeLimit: 120_000, markInterruptAsFailure: true } as const;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ganymede-torch-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before));

/** Reads a file in both ways; @returns the code of the error, null where it was taken */
async function codeOf(bytes: Uint8Array): Promise<string | null> {
  const path = join(folder, 'made-up.pth');
  writeFileSync(path, bytes);
  let code: string | null = null;
  for (const read of [readTorchFile, readTorchValue]) {
    try {
      await read(path);
    } catch (error) {
      if (!isGanymedeError(error) || error.kind !== 'data') throw error;
      expect(error.message.length).toBeLessThan(600);
      code ??= error.code;
    }
  }
  return code;
}

async function withinMemory(check: () => Promise<void>): Promise<void> {
  const start = process.memoryUsage().rss;
  await check();
  expect(process.memoryUsage().rss - start).toBeLessThan(512 * megabyte);
}

/** Positions of the fields of a zip's directory and end record, with their sizes in bytes. */
function directoryFields(bytes: Buffer): readonly (readonly [number, number])[] {
  const fields: (readonly [number, number])[] = [];
  const each = (signature: string, offsets: readonly (readonly [number, number])[]): void => {
    for (
      let at = bytes.indexOf(signature, 0, 'latin1');
      at >= 0;
      at = bytes.indexOf(signature, at + 4, 'latin1')
    )
      fields.push(...offsets.map(([offset, size]) => [at + offset, size] as const));
  };
  // Method, checksum, sizes, lengths of the name and of what follows it, offset.
  each('PK\x01\x02', [[10, 2], [16, 4], [20, 4], [24, 4], [28, 2], [30, 2], [32, 2], [42, 4]]); // prettier-ignore
  each('PK\x03\x04', [[8, 2], [18, 4], [22, 4], [26, 2], [28, 2]]); // prettier-ignore
  each('PK\x05\x06', [[8, 2], [10, 2], [12, 4], [16, 4], [20, 2]]); // prettier-ignore
  each('PK\x06\x06', [[4, 8], [24, 8], [32, 8], [40, 8], [48, 8]]); // prettier-ignore
  each('PK\x06\x07', [[8, 8], [16, 4]]); // prettier-ignore
  return fields.filter(([at, size]) => at + size <= bytes.byteLength);
}

const odd = fc.oneof(
  fc.constantFrom(0n, 1n, 2n ** 60n, 2n ** 64n - 1n, 2n ** 53n, 0xffffffffn, 0xfffffffen, 0xffffn, 8n, 99n),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
);

/** A zip of one member whose sizes and offset stand in zip64 fields. */
const zip64 = Buffer.concat([
  ...zipChunks([{ name: 'a/data.pkl', bytes: Buffer.from('\x80\x02}.', 'latin1') }], 1),
]);

test.each([
  ['a file of torch.save', fixture('dtypes.zip')],
  ['a zip64 file', zip64],
])(
  'a thousand odd values in the directory of %s are taken or refused with a code',
  (_, whole) =>
    withinMemory(async () => {
      const fields = directoryFields(whole);
      expect(await codeOf(whole)).toBeNull();
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(fc.nat(fields.length - 1), odd), { minLength: 1, maxLength: 3 }),
          async (changes) => {
            const bytes = Buffer.from(whole);
            for (const [index, value] of changes) {
              const [at, size] = fields[index]!;
              const mask = (1n << BigInt(8 * size)) - 1n;
              for (let i = 0; i < size; i++) bytes[at + i] = Number(((value & mask) >> BigInt(8 * i)) & 255n);
            }
            await codeOf(bytes);
          },
        ),
        runs,
      );
    }),
  150_000,
);

const uint32 = (value: number): string => Buffer.from(Uint32Array.of(value).buffer).toString('latin1');
const text = (value: string): string => `X${uint32(value.length)}${value}`;
/** Opcodes with what follows them; most leave something on the stack that later ones can take. */
const opcode = fc.oneof(
  fc.constantFrom(
    ...[
      '(',
      ')',
      ']',
      '}',
      'N',
      '\x88',
      't',
      '\x85',
      '\x86',
      '\x87',
      'a',
      'e',
      's',
      'u',
      'R',
      'b',
      'Q',
      '0',
      '1',
      '2',
    ],
    ...[
      'q\x00',
      'q\x01',
      'h\x00',
      'h\x01',
      '\x94',
      'K\x02',
      'M\xff\xff',
      'J\xff\xff\xff\xff',
      'G' + '\x7f'.repeat(8),
    ],
    ...[
      '\x8a\x02\x01\x02',
      `\x8b${uint32(0xffffffff)}`,
      `X${uint32(0xffffffff)}`,
      '\x93',
      '\x81',
      '\x95' + '\x00'.repeat(8),
    ],
    ...['ctorch._utils\n_rebuild_tensor_v2\n', 'ctorch._utils\n_rebuild_parameter\n', 'ctorch\nSize\n'],
    ...['ccollections\nOrderedDict\n', 'ctorch\nFloatStorage\n', 'ctorch\nHalfStorage\n'],
    // A call with odd arguments, a reference to a storage, and a tensor of it.
    ...['ccollections\nOrderedDict\nK\x05\x85R', `ccollections\nOrderedDict\n${text('ab')}\x85R`],
    ...[`(${text('storage')}ctorch\nFloatStorage\n${text('0')}${text('cpu')}K\x04tQ`],
    ...[`(${text('storage')}ctorch\nFloatStorage\n${text('0')}${text('cpu')}K\x04K\x05tQ`],
    ...['constructor', '__proto__', 'storage', '0', 'cpu'].map(text),
  ),
  fc.string({
    maxLength: 3,
    unit: fc.integer({ min: 0, max: 255 }).map((byte) => String.fromCharCode(byte)),
  }),
);
const pickle = fc.array(opcode, { maxLength: 14 }).map((opcodes) => `\x80\x02${opcodes.join('')}.`);

const legacyStart = (): string => {
  const whole = fixture('dtypes.legacy').toString('latin1');
  // The third pickle, with facts about the machine, is followed by the data.
  const third = whole.indexOf('}', whole.indexOf('.', whole.indexOf('.') + 1));
  return whole.slice(0, whole.indexOf('u.', third) + 2);
};

test(
  'a thousand made-up pickles in each format are taken or refused with a code',
  () =>
    withinMemory(async () => {
      const start = legacyStart();
      await fc.assert(
        fc.asyncProperty(pickle, async (data) => {
          const members = [
            { name: 'a/data.pkl', bytes: Buffer.from(data, 'latin1') },
            { name: 'a/data/0', bytes: new Uint8Array(16) },
          ];
          await codeOf(Buffer.concat([...zipChunks(members)]));
          await codeOf(Buffer.from(`${start}${data}\x80\x02]${text('0')}a.`, 'latin1'));
        }),
        runs,
      );
    }),
  150_000,
);

/** Of one data.pkl and 16 bytes of storage 0. */
function archive(data: string): Buffer {
  return Buffer.concat([
    ...zipChunks([
      { name: 'a/data.pkl', bytes: Buffer.from(data, 'latin1') },
      { name: 'a/data/0', bytes: new Uint8Array(16) },
    ]),
  ]);
}

const storage = `(${text('storage')}ctorch\nFloatStorage\n${text('0')}${text('cpu')}K\x04tQ`;
/** A tensor [2^31 - 1, 2^31 - 1] with strides of 0, of a storage of four values. */
const endless = `ctorch._utils\n_rebuild_tensor_v2\n(${storage}K\x00J\xff\xff\xff\x7fJ\xff\xff\xff\x7f\x86K\x00K\x00\x86\x89NtR`;
/** Lists of the list before twice: 2^60 items for whoever walks into them. */
const doubled = `]q\x00${'0](h\x00h\x00eq\x00'.repeat(60)}`;

test.each([
  [
    'a shape that its storage repeats without end',
    archive(`\x80\x02}${text('w')}${endless}s.`),
    'TORCH_UNSUPPORTED',
  ],
  ['a name that is a list of lists without end', archive(`\x80\x02}${doubled}Ns.`), 'TORCH_UNSUPPORTED'],
  ['a value of such a dict', archive(`\x80\x02}${text('w')}}${doubled}Nss.`), 'TORCH_UNSUPPORTED'],
  [
    'an integer of a megabyte',
    archive(`\x80\x02\x8b${uint32(megabyte)}${'\x01'.repeat(megabyte)}.`),
    'TORCH_FILE_DAMAGED',
  ],
  ['a storage that is no tensor', archive(`\x80\x02}${text('w')}${storage}s.`), 'TORCH_UNSUPPORTED'],
  ['a member of 4 GiB in 16 bytes', bomb(2 ** 32 - 2), 'TORCH_FILE_DAMAGED'],
  ['two members of one name', twice(), 'TORCH_FILE_DAMAGED'],
])('%s is refused', async (_, bytes, code) => {
  const start = process.memoryUsage().rss;
  expect(await codeOf(bytes)).toBe(code);
  expect(process.memoryUsage().rss - start).toBeLessThan(128 * megabyte);
});

test('a tensor may have a name that every object has', async () => {
  const tensor = `ctorch._utils\n_rebuild_tensor_v2\n(${storage}K\x00K\x04\x85K\x01\x85\x89NtR`;
  const path = join(folder, 'names.pth');
  writeFileSync(path, archive(`\x80\x02}${text('__proto__')}${tensor}s${text('constructor')}${tensor}s.`));
  const tensors = await readTorchFile(path);
  expect(Object.keys(tensors)).toEqual(['__proto__', 'constructor']);
  expect(tensors['__proto__']!.shape).toEqual([4]);
  expect(tensors['toString']).toBeUndefined();
});

/** A deflated data.pkl whose directory says that it becomes `size` bytes. */
function bomb(size: number): Buffer {
  const content = Buffer.from('\x80\x02}.', 'latin1');
  const packed = deflateRawSync(content);
  const bytes = Buffer.concat([...zipChunks([{ name: 'a/data.pkl', bytes: packed }])]);
  const central = bytes.indexOf('PK\x01\x02', 0, 'latin1');
  bytes.writeUInt16LE(8, central + 10);
  bytes.writeUInt32LE(crc32(content), central + 16);
  bytes.writeUInt32LE(size, central + 24);
  return bytes;
}

function twice(): Buffer {
  const member = { name: 'a/data.pkl', bytes: Buffer.from('\x80\x02}.', 'latin1') };
  return Buffer.concat([...zipChunks([member, member])]);
}
