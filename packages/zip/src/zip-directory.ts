import { signatures, viewOf } from './zip-bytes.js';
import type { ZipProblems } from './zip-problems.js';
import type { ZipSource } from './zip-source.js';

export interface ZipMember {
  readonly name: string;
  /** Bytes, decompressed. */
  readonly size: number;
  readonly compressedSize: number;
  readonly method: number;
  readonly crc: number;
  readonly headerOffset: number;
}

interface Place {
  readonly entries: number;
  readonly begin: number;
  readonly length: number;
}

/** The list of members at the end of a zip file, its 64-bit form included. */
export class ZipDirectory {
  constructor(
    private readonly source: ZipSource,
    private readonly where: string,
    private readonly problems: ZipProblems,
  ) {}

  /** By name, in the order of the list. @throws `damaged` */
  async members(): Promise<ReadonlyMap<string, ZipMember>> {
    const fileBytes = await this.source.size();
    const { entries, begin, length } = await this.find(fileBytes);
    return this.parse(await this.source.read(begin, begin + length), entries, fileBytes);
  }

  private async find(fileBytes: number): Promise<Place> {
    // The end record is 22 bytes and a comment of up to 65535.
    const tail = await this.source.read(Math.max(0, fileBytes - 22 - 0xffff), fileBytes);
    const view = viewOf(tail);
    let at = tail.byteLength - 22;
    while (at >= 0 && view.getUint32(at, true) !== signatures.end) at--;
    if (at < 0) throw this.damaged('a zip directory at the end of the file', 'none (cut short?)');
    const place = {
      entries: view.getUint16(at + 10, true),
      length: view.getUint32(at + 12, true),
      begin: view.getUint32(at + 16, true),
    };
    const is64 = at >= 20 && view.getUint32(at - 20, true) === signatures.locator64;
    if (!is64) return this.within(place, fileBytes);
    const end64At = this.safe(view.getBigUint64(at - 12, true));
    const end64 = await this.source.read(end64At, end64At + 56);
    if (end64.byteLength < 56 || viewOf(end64).getUint32(0, true) !== signatures.end64)
      throw this.damaged(`a zip64 end record at byte ${end64At}`, 'other bytes');
    const view64 = viewOf(end64);
    return this.within(
      {
        entries: this.safe(view64.getBigUint64(32, true)),
        length: this.safe(view64.getBigUint64(40, true)),
        begin: this.safe(view64.getBigUint64(48, true)),
      },
      fileBytes,
    );
  }

  private within(place: Place, fileBytes: number): Place {
    if (place.begin + place.length <= fileBytes) return place;
    throw this.damaged(
      `a zip directory within ${fileBytes} bytes`,
      `one at bytes ${place.begin} to ${place.begin + place.length}`,
    );
  }

  private parse(bytes: Uint8Array, entries: number, fileBytes: number): Map<string, ZipMember> {
    const members = new Map<string, ZipMember>();
    const view = viewOf(bytes);
    let at = 0;
    for (let i = 0; i < entries; i++) {
      const fits = at + 46 <= bytes.byteLength && view.getUint32(at, true) === signatures.central;
      const lengths = fits ? [28, 30, 32].map((field) => view.getUint16(at + field, true)) : [];
      const [nameLength = 0, extraLength = 0, commentLength = 0] = lengths;
      const next = at + 46 + nameLength + extraLength + commentLength;
      if (!fits || next > bytes.byteLength)
        throw this.damaged(`${entries} entries in the zip directory`, `${i}, then other bytes`);
      const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength));
      const extra = bytes.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength);
      const fields = [24, 20, 42].map((field) => view.getUint32(at + field, true));
      const [size, compressedSize, headerOffset] = this.widen(fields, extra) as [number, number, number];
      const where = `${this.where}: member ${name}`;
      if (headerOffset + compressedSize > fileBytes)
        throw this.problems.damaged(
          where,
          `one within ${fileBytes} bytes`,
          `${compressedSize} bytes from byte ${headerOffset}`,
        );
      if (members.has(name)) throw this.problems.damaged(where, 'one of its name', 'two');
      const method = view.getUint16(at + 10, true);
      const crc = view.getUint32(at + 16, true);
      members.set(name, { name, size, compressedSize, method, crc, headerOffset });
      at = next;
    }
    return members;
  }

  /** Fields that are all ones stand for the next 64-bit value of extra field 1. */
  private widen(fields: readonly number[], extra: Uint8Array): number[] {
    if (!fields.includes(0xffffffff)) return [...fields];
    const view = viewOf(extra);
    let at = 0;
    while (at + 4 <= extra.byteLength && view.getUint16(at, true) !== 1)
      at += 4 + view.getUint16(at + 2, true);
    let value = at + 4;
    return fields.map((field) => {
      if (field !== 0xffffffff) return field;
      if (value + 8 > extra.byteLength) throw this.damaged('a zip64 extra field', 'none');
      value += 8;
      return this.safe(view.getBigUint64(value - 8, true));
    });
  }

  private safe(value: bigint): number {
    if (value <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(value);
    throw this.damaged('a size or an offset', `${value}`);
  }

  private damaged(expected: string, got: string): Error {
    return this.problems.damaged(this.where, expected, got);
  }
}
