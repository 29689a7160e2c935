import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { componentContract, reporterContract } from '@ganymede/testing';
import { tensorboard, TensorBoardReporter } from './index.js';
import { crc32c, recordOf } from './record-file.js';

const folder = mkdtempSync(join(tmpdir(), 'ganymede-tensorboard-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let made = 0;
const freshFolder = (): string => join(folder, String(made++));

componentContract(tensorboard);
reporterContract({ name: 'tensorboard', create: () => new TensorBoardReporter(freshFolder(), () => 1e12) });

interface Field {
  readonly number: number;
  readonly value: number | Uint8Array;
}

/** Fields of a protocol buffer message, in their order: an independent reading of the wire format. */
function fieldsOf(message: Uint8Array): Field[] {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = message[at++]!;
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  };
  const fields: Field[] = [];
  while (at < message.length) {
    const key = varint();
    const number = key >>> 3;
    switch (key & 7) {
      case 0:
        fields.push({ number, value: varint() });
        break;
      case 1:
        fields.push({ number, value: view.getFloat64(at, true) });
        at += 8;
        break;
      case 2: {
        const length = varint();
        fields.push({ number, value: message.subarray(at, at + length) });
        at += length;
        break;
      }
      case 5:
        fields.push({ number, value: view.getFloat32(at, true) });
        at += 4;
        break;
      default:
        throw new Error(`wire type ${key & 7}`);
    }
  }
  return fields;
}

const unmask = (crc: number): number => {
  const rotated = (crc - 0xa282ead8) >>> 0;
  return ((rotated << 15) | (rotated >>> 17)) >>> 0;
};

/** The data of each record; every checksum must hold. */
function recordsOf(bytes: Uint8Array): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const records: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = Number(view.getBigUint64(at, true));
    expect(unmask(view.getUint32(at + 8, true))).toBe(crc32c(bytes.subarray(at, at + 8)));
    const data = bytes.subarray(at + 12, at + 12 + length);
    expect(unmask(view.getUint32(at + 12 + length, true))).toBe(crc32c(data));
    records.push(data);
    at += 16 + length;
  }
  return records;
}

const text = (value: unknown): string => new TextDecoder().decode(value as Uint8Array);

/** What TensorBoard would see of a file. */
function decoded(path: string): unknown[] {
  return recordsOf(new Uint8Array(readFileSync(path))).map((record) => {
    const fields = Object.fromEntries(fieldsOf(record).map(({ number, value }) => [number, value]));
    const scalars =
      fields[5] &&
      fieldsOf(fields[5] as Uint8Array).map(({ value }) => {
        const [name, number] = fieldsOf(value as Uint8Array);
        return [text(name!.value), number!.value];
      });
    return {
      time: fields[1],
      step: fields[2],
      ...(fields[3] !== undefined && { version: text(fields[3]) }),
      ...(scalars && { scalars: Object.fromEntries(scalars as [string, number][]) }),
      ...(fields[7] !== undefined && { session: fieldsOf(fields[7] as Uint8Array) }),
    };
  });
}

test('the checksum is CRC-32C: the check values of RFC 3720, B.4', () => {
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  expect(crc32c(new Uint8Array(32).fill(255))).toBe(0x62a8ab43);
  expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe3069283);
  expect(recordOf(new Uint8Array(3))).toHaveLength(19);
});

test('a version, then the scalars of every event', async () => {
  const path = freshFolder();
  const reporter = new TensorBoardReporter(path, () => 1_234_500);
  reporter.report({ step: 300, 'D.loss': 0.5, spectrum: { generator: { w: [3, 2] } }, text: 'no' });
  await reporter.close();
  const [name] = readdirSync(path);
  expect(name).toMatch(/^events\.out\.tfevents\.1234\./);
  expect(decoded(join(path, name!))).toEqual([
    { time: 1234.5, step: 0, version: 'brain.Event:2' },
    { time: 1234.5, step: 300, session: [{ number: 1, value: 1 }] },
    {
      time: 1234.5,
      step: 300,
      scalars: { 'D.loss': 0.5, 'spectrum/generator/w/0': 3, 'spectrum/generator/w/1': 2 },
    },
  ]);
});

test('where the run goes back, later points are marked as done again', async () => {
  const path = freshFolder();
  const reporter = new TensorBoardReporter(path, () => 0);
  for (const step of [1, 2, 1]) reporter.report({ step, loss: step });
  await reporter.close();
  const events = decoded(join(path, readdirSync(path)[0]!)) as { step: number; session?: unknown }[];
  expect(events.map(({ step, session }) => [step, session !== undefined])).toEqual([
    [0, false],
    [1, true],
    [1, false],
    [2, false],
    [1, true],
    [1, false],
  ]);
});
