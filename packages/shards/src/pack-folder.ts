import { isErrno, isTemporaryName, tryReadFile, isProblem, writeFileSafely } from '@ganymede/files';
import { isGanymedeError } from '@ganymede/core';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { folderTaken } from './errors.js';
import { decodeRows, digestOfRows, encodeRows, type ShardRows } from './shard-rows.js';
import { formatIndex, indexFile, packingFile, rowsFileOf, type ShardIndex } from './shard-index.js';

/** A shard that is whole on the disk, and what its table of rows is named by. */
export interface PackedShard {
  readonly file: string;
  readonly rows: ShardRows;
  readonly digest: string;
}

function shardFile(number: number): string {
  return `shard-${String(number).padStart(6, '0')}.tar`;
}

/**
 * The folder that a pack goes into. Each shard is followed by its rows, and the index comes last: a pack that was cut off
 * has whole shards and no index, and goes on after them.
 */
export class PackFolder {
  private constructor(
    readonly path: string,
    private readonly shards: PackedShard[],
  ) {}

  /** @throws SHARDS_EXIST where it holds anything but the begin of a pack */
  static async open(path: string): Promise<PackFolder> {
    const names = await readdir(path).catch((error: unknown): string[] => {
      if (isErrno(error, 'ENOENT')) return [];
      throw error;
    });
    if (names.includes(indexFile)) throw folderTaken(path, indexFile);
    const [other] = names.filter((name) => !isTemporaryName(name));
    if (other !== undefined && !names.includes(packingFile)) throw folderTaken(path, other);
    await writeFileSafely(join(path, packingFile), '{ "format": "ganymede-shards" }\n');
    const shards: PackedShard[] = [];
    for (;;) {
      const shard = await wholeShard(path, shardFile(shards.length));
      if (shard === null) return new PackFolder(path, shards);
      shards.push(shard);
    }
  }

  get whole(): readonly PackedShard[] {
    return this.shards;
  }

  get nextPath(): string {
    return join(this.path, shardFile(this.shards.length));
  }

  /** The rows of the shard that was just written to `nextPath`. */
  async add(rows: ShardRows): Promise<void> {
    const file = shardFile(this.shards.length);
    const bytes = encodeRows(rows);
    await writeFileSafely(join(this.path, rowsFileOf(file)), bytes, { tidy: false });
    this.shards.push({ file, rows, digest: digestOfRows(bytes) });
  }

  /** The first class that no image is of. */
  emptyClass(classes: readonly string[]): string | null {
    return classes[this.counts(classes).indexOf(0)] ?? null;
  }

  /** Makes a data set of the shards. */
  async finish(classes: readonly string[]): Promise<ShardIndex> {
    const counts = this.counts(classes);
    const index: ShardIndex = {
      images: counts.reduce((sum, count) => sum + count, 0),
      classes: classes.map((name, label) => ({ name, images: counts[label]! })),
      shards: this.shards.map(({ file, rows, digest }) => ({
        file,
        bytes: rows.bytes,
        sha256: rows.sha256,
        images: rows.blocks.length,
        rows: digest,
      })),
    };
    await writeFileSafely(join(this.path, indexFile), formatIndex(index));
    await rm(join(this.path, packingFile), { force: true });
    return index;
  }

  /** Images of each class. */
  private counts(classes: readonly string[]): number[] {
    const counts = classes.map(() => 0);
    for (const { rows } of this.shards) for (const label of rows.labels) counts[label]!++;
    return counts;
  }
}

/** A shard that a pack before this one ended; null where it did not. */
async function wholeShard(folder: string, file: string): Promise<PackedShard | null> {
  const path = join(folder, rowsFileOf(file));
  const bytes = await tryReadFile(path);
  if (isProblem(bytes)) return null;
  try {
    const rows = decodeRows(bytes, path);
    const about = await stat(join(folder, file)).catch(() => null);
    return about?.size === rows.bytes ? { file, rows, digest: digestOfRows(bytes) } : null;
  } catch (error) {
    // It is written anew.
    if (isGanymedeError(error)) return null;
    throw error;
  }
}
