import type { ImageSize } from '@ganymede/core';
import { unlabelled, type ShardRows, type SizeCount } from './shard-rows.js';
import { blockBytes } from './tar-header.js';

/** Where an image lies. */
export interface RowPlace {
  readonly shard: number;
  /** Of its first byte in the shard. */
  readonly offset: number;
  /** Bytes. */
  readonly length: number;
  readonly crc: number;
}

/**
 * The rows of all shards, one after the other, as columns of numbers: 16 bytes an image, and nothing else that grows with
 * their number.
 */
export class RowTable {
  /** [N], `unlabelled` as -1. */
  readonly labels: Int32Array;
  private readonly blocks: Uint32Array;
  private readonly lengths: Uint32Array;
  private readonly crcs: Uint32Array;
  /** First row of each shard, and the number of all. */
  private readonly starts: number[] = [0];
  private readonly sizesOfShards: (readonly SizeCount[])[] = [];

  /** @param images - of each shard */
  constructor(images: readonly number[]) {
    for (const count of images) this.starts.push(this.starts.at(-1)! + count);
    this.labels = new Int32Array(this.length);
    this.blocks = new Uint32Array(this.length);
    this.lengths = new Uint32Array(this.length);
    this.crcs = new Uint32Array(this.length);
  }

  get length(): number {
    return this.starts.at(-1)!;
  }

  get shards(): number {
    return this.starts.length - 1;
  }

  /** @param rows - as many as were announced */
  set(shard: number, rows: ShardRows): void {
    const start = this.starts[shard]!;
    this.blocks.set(rows.blocks, start);
    this.lengths.set(rows.lengths, start);
    this.crcs.set(rows.crcs, start);
    rows.labels.forEach((label, i) => {
      this.labels[start + i] = label === unlabelled ? -1 : label;
    });
    this.sizesOfShards[shard] = rows.sizes;
  }

  /** @param row - in [0, length) */
  place(row: number): RowPlace {
    return {
      shard: this.shardOf(row),
      offset: blockBytes * this.blocks[row]!,
      length: this.lengths[row]!,
      crc: this.crcs[row]!,
    };
  }

  /** The number of a row within its shard. */
  withinShard(row: number): number {
    return row - this.starts[this.shardOf(row)]!;
  }

  /** Sizes in pixels, each once. @param nameOf - of a row, asked for one of each size */
  async sizes(nameOf: (row: number) => Promise<string>): Promise<readonly ImageSize[]> {
    const found = new Map<string, { readonly size: SizeCount; readonly row: number; images: number }>();
    this.sizesOfShards.forEach((sizes, shard) => {
      for (const size of sizes) {
        const key = `${size[0]}x${size[1]}`;
        const known = found.get(key);
        if (known) known.images += size[2];
        else found.set(key, { size, row: this.starts[shard]! + size[3], images: size[2] });
      }
    });
    const all: ImageSize[] = [];
    for (const { size, row, images } of found.values())
      all.push({ width: size[0], height: size[1], images, file: await nameOf(row) });
    return all;
  }

  /** How many images have each size. */
  sizeCounts(): readonly SizeCount[] {
    return this.sizesOfShards.flat();
  }

  private shardOf(row: number): number {
    let low = 0;
    let high = this.shards - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.starts[middle]! <= row) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
