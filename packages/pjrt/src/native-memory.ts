import koffi from 'koffi';

/** An address in native memory; 0n is C's NULL. */
export type Address = bigint;

type Copy = (to: Uint8Array, from: Address, bytes: number) => void;

function loadCopy(): Copy {
  return koffi.load('libc.so.6').func('memcpy', 'void*', ['void*', 'void*', 'size_t']) as unknown as Copy;
}

/** Native memory read into arrays of this process. */
export class NativeMemory {
  private readonly copy = loadCopy();

  bytes(from: Address, count: number): Buffer {
    const to = Buffer.alloc(count);
    if (count > 0) this.copy(to, from, count);
    return to;
  }

  text(from: Address, count: number): string {
    return this.bytes(from, count).toString('utf8');
  }

  /** `count` words of eight bytes. */
  words(from: Address, count: number): BigUint64Array {
    const to = new BigUint64Array(count);
    if (count > 0) this.copy(new Uint8Array(to.buffer), from, count * 8);
    return to;
  }
}

/** For arrays without elements: plugins take no NULL, and never read this. */
const somewhere = new Uint8Array(64);

/** Where an array of this process lies. It stays there; whoever hands the address out keeps the array alive. */
export const addressOf = (array: ArrayBufferView): Address =>
  koffi.address(array.byteLength === 0 ? somewhere : array);
