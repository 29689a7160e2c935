import type { Matrix } from './feature-checks.js';

/**
 * The different rows of a matrix, to the bit: how many there are, and whether another row is one of them. Found by a
 * hash, decided by comparing.
 */
export class DistinctRows {
  private readonly words: Uint32Array;
  private readonly found = new Map<number, number[]>();
  /** Different rows. */
  readonly count: number;

  constructor(private readonly set: Matrix) {
    this.words = wordsOf(set);
    let count = 0;
    for (let row = 0; row < set.count; row++) {
      const hash = hashOf(this.words, row, this.width);
      const others = this.found.get(hash);
      if (others?.some((other) => this.isRow(other, this.words, row))) continue;
      if (others) others.push(row);
      else this.found.set(hash, [row]);
      count += 1;
    }
    this.count = count;
  }

  /** How many rows of another matrix of the same precision are among these. */
  countOf(other: Matrix): number {
    if (other.size !== this.set.size) return 0;
    const words = wordsOf(other);
    let shared = 0;
    for (let row = 0; row < other.count; row++) {
      const candidates = this.found.get(hashOf(words, row, this.width)) ?? [];
      if (candidates.some((own) => this.isRow(own, words, row))) shared += 1;
    }
    return shared;
  }

  /** 32-bit words of a row. */
  private get width(): number {
    return (this.set.size * this.set.values.BYTES_PER_ELEMENT) / 4;
  }

  private isRow(own: number, words: Uint32Array, row: number): boolean {
    const { width } = this;
    for (let i = 0, a = own * width, b = row * width; i < width; i++)
      if (this.words[a + i] !== words[b + i]) return false;
    return true;
  }
}

function wordsOf({ values, count, size }: Matrix): Uint32Array {
  const { buffer, byteOffset, BYTES_PER_ELEMENT } = values;
  return new Uint32Array(buffer, byteOffset, (count * size * BYTES_PER_ELEMENT) / 4);
}

/** FNV-1a over words. */
function hashOf(words: Uint32Array, row: number, width: number): number {
  let hash = 0x811c9dc5;
  for (let i = row * width; i < (row + 1) * width; i++) hash = Math.imul(hash ^ words[i]!, 0x01000193);
  return hash >>> 0;
}
