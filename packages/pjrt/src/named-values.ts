import type { Api } from './api.js';
import type { Address } from './native-memory.js';
import { Struct, type Words } from './struct.js';
import { innerLayouts } from './struct-layouts.js';

/** An option or an attribute of a plugin. Whole numbers are sent as int64, others as float. */
export type NamedValue = string | number | boolean | readonly number[];

const layout = innerLayouts.PJRT_NamedValue;
const structWords = layout.length + 2;
const kinds = { text: 0, integer: 1, integers: 2, float: 3, boolean: 4 } as const;

/** PJRT_NamedValue structs one behind another, and what they point to. */
export interface NamedValues extends Words {
  readonly count: number;
  readonly kept: readonly unknown[];
}

export function namedValues(values: Readonly<Record<string, NamedValue>>): NamedValues {
  const entries = Object.entries(values).map(([name, value]) => {
    const bytes = Buffer.from(name);
    const fields = { name: bytes, name_size: bytes.length };
    if (typeof value === 'string') {
      const text = Buffer.from(value);
      return new Struct(layout, { ...fields, type: kinds.text, value: text, value_size: text.length });
    }
    if (typeof value === 'boolean')
      return new Struct(layout, { ...fields, type: kinds.boolean, value, value_size: 1 });
    if (typeof value === 'object') {
      const integers = BigInt64Array.from(value, BigInt);
      return new Struct(layout, {
        ...fields,
        type: kinds.integers,
        value: integers,
        value_size: value.length,
      });
    }
    if (Number.isInteger(value))
      return new Struct(layout, { ...fields, type: kinds.integer, value, value_size: 1 });
    const bits = new Uint32Array(Float32Array.of(value).buffer)[0]!;
    return new Struct(layout, { ...fields, type: kinds.float, value: bits, value_size: 1 });
  });
  const all = new BigUint64Array(Math.max(16, entries.length * structWords));
  entries.forEach((entry, i) => all.set(entry.words.subarray(0, structWords), i * structWords));
  return { words: all, count: entries.length, kept: entries };
}

/** Reads PJRT_NamedValue structs that lie one behind another, each as long as it says. */
export function readNamedValues(
  { memory }: Api,
  from: Address,
  count: number,
): Readonly<Record<string, NamedValue>> {
  const found: Record<string, NamedValue> = {};
  let at = from;
  for (let i = 0; i < count; i++) {
    const [size, , name, nameSize, type, value, valueSize] = memory.words(at, structWords);
    const bits = Number(type! & 0xffffffffn);
    const key = memory.text(name!, Number(nameSize));
    if (bits === kinds.text) found[key] = memory.text(value!, Number(valueSize));
    else if (bits === kinds.integer) found[key] = Number(BigInt.asIntN(64, value!));
    else if (bits === kinds.integers) {
      found[key] = Array.from(memory.words(value!, Number(valueSize)), (one) =>
        Number(BigInt.asIntN(64, one)),
      );
    } else if (bits === kinds.float) {
      found[key] = new Float32Array(Uint32Array.of(Number(value! & 0xffffffffn)).buffer)[0]!;
    } else found[key] = (value! & 0xffn) !== 0n;
    // The C array's stride is the struct's size, with what its last field needs to be aligned.
    at += BigInt(Math.ceil(Number(size) / 8) * 8);
  }
  return found;
}
