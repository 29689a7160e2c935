import { torchDamaged } from './errors.js';

/** The bytes end before the pickle does: in a stream, more of them may help. */
export class PickleEndsEarly extends Error {}

/** Bytes; the longest of torch.save, its magic number, has 10, and to read longer ones takes the square of their length. */
const longestInteger = 256;

/** The bytes of a pickle, read from front to back. */
export class PickleBytes {
  private readonly view: DataView;

  /** @param position - where the pickle starts, then what is read next */
  constructor(
    private readonly bytes: Uint8Array,
    public position: number,
    private readonly where: string,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  damaged(expected: string, got: string): Error {
    return torchDamaged(`${this.where}: pickle, byte ${this.position}`, expected, got);
  }

  /** Moves over so many bytes; @returns where they start */
  skip(length: number): number {
    const at = this.position;
    if (at + length > this.bytes.byteLength)
      throw new PickleEndsEarly(`${this.where}: pickle ends at byte ${this.bytes.byteLength}`);
    this.position += length;
    return at;
  }

  uint8(): number {
    return this.view.getUint8(this.skip(1));
  }

  uint16(): number {
    return this.view.getUint16(this.skip(2), true);
  }

  int32(): number {
    return this.view.getInt32(this.skip(4), true);
  }

  /** Big-endian, unlike all else. */
  float64(): number {
    return this.view.getFloat64(this.skip(8), false);
  }

  uint32(): number {
    return this.view.getUint32(this.skip(4), true);
  }

  /** Beyond 2^53 it is not exact, and longer than any file. */
  uint64(): number {
    return Number(this.view.getBigUint64(this.skip(8), true));
  }

  /** A view, not a copy. */
  slice(length: number): Uint8Array {
    const at = this.skip(length);
    return this.bytes.subarray(at, at + length);
  }

  /** A little-endian two's-complement integer. */
  long(length: number): number | bigint {
    if (length > longestInteger)
      throw this.damaged(`an integer of at most ${longestInteger} bytes`, `${length}`);
    const at = this.skip(length);
    let value = 0n;
    for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(this.bytes[at + i]!);
    value = BigInt.asIntN(length * 8, value);
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }

  text(length: number): string {
    const at = this.skip(length);
    return new TextDecoder().decode(this.bytes.subarray(at, at + length));
  }

  line(): string {
    const end = this.bytes.indexOf(0x0a, this.position);
    const text = this.text((end < 0 ? this.bytes.byteLength + 1 : end) - this.position);
    this.skip(1);
    return text;
  }
}
