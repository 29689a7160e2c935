import { addressOf, type Address } from './native-memory.js';

/** What a field holds: a number, an address, or something of this process whose address it is. */
export type FieldValue = number | bigint | boolean | ArrayBufferView | Words;

/** Words that a field points to; whatever they point to lives as long as the object. */
export interface Words {
  readonly words: BigUint64Array;
}

/** V8 keeps smaller arrays in its heap, where they move. */
const leastWords = 16;

/** A C struct of PJRT in memory of this process: `struct_size`, `extension_start`, fields of eight bytes each. */
export class Struct<Field extends string> {
  readonly words: BigUint64Array;
  /** What fields point to: must live as long as this. */
  private readonly kept: unknown[] = [];

  constructor(
    private readonly layout: readonly Field[],
    values: Partial<Record<Field, FieldValue>> = {},
  ) {
    this.words = new BigUint64Array(Math.max(leastWords, layout.length + 2));
    this.words[0] = BigInt((layout.length + 2) * 8);
    for (const field in values) this.set(field, values[field]!);
  }

  set(field: Field, value: FieldValue): void {
    if (typeof value === 'object') this.kept.push(value);
    this.words[this.indexOf(field)] = toWord(value);
  }

  /** A pointer, or a number without a sign. */
  word(field: Field): bigint {
    return this.words[this.indexOf(field)]!;
  }

  /** A number up to 2^53. */
  number(field: Field): number {
    return Number(BigInt.asIntN(64, this.word(field)));
  }

  /** A C `int`, which has the lower four of its eight bytes. */
  int(field: Field): number {
    return Number(BigInt.asIntN(32, this.word(field)));
  }

  /** A C `bool`, which has the first of its eight bytes. */
  boolean(field: Field): boolean {
    return (this.word(field) & 0xffn) !== 0n;
  }

  private indexOf(field: Field): number {
    return 2 + this.layout.indexOf(field);
  }
}

function toWord(value: FieldValue): Address {
  switch (typeof value) {
    case 'bigint':
      return BigInt.asUintN(64, value);
    case 'number':
      return BigInt.asUintN(64, BigInt(value));
    case 'boolean':
      return value ? 1n : 0n;
    default:
      return addressOf('words' in value ? value.words : value);
  }
}
