import { eachInFlight, hashOf, isProblem, tryReadFile, writeFileSafely } from '@ganymede/files';
import { isGanymedeError, type ImageSize } from '@ganymede/core';
import { join } from 'node:path';
import { badIndex, badLabel, shardDamaged, shardMissing, shardShort, unfinished } from './errors.js';
import { RowTable } from './row-table.js';
import { scanShard } from './scan-shard.js';
import { indexFile, packingFile, parseIndex, rowsFileOf, type ShardIndex } from './shard-index.js';
import { decodeRows, digestOfRows, encodeRows, type ShardRows } from './shard-rows.js';
import type { KnownShard, ShardPlace, ShardStore } from './shard-store.js';
import { blockBytes, parseTarHeader } from './tar-header.js';
import { cleaned } from './tar-members.js';

export interface OpenShardsOptions {
  readonly place: ShardPlace;
  /** Extension of the images of shards without an index, where samples have several. */
  readonly image: string | undefined;
  /** Where rows of shards without an index are kept; null: nowhere. */
  readonly rowsFolder: string | null;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Files that are looked at or fetched at a time. */
const atATime = 8;

/** Shards whose rows are known. */
export class OpenedShards {
  constructor(
    private readonly place: ShardPlace,
    readonly classes: readonly string[],
    readonly shards: readonly KnownShard[],
    readonly table: RowTable,
    /** Remarks for people. */
    readonly notes: readonly string[] = [],
  ) {}

  get name(): string {
    return this.place.place;
  }

  shardName(shard: number): string {
    return this.place.nameOf(this.shards[shard]!.file);
  }

  async store(): Promise<ShardStore> {
    return this.place.store(this.shards);
  }

  /** What a row is called in its shard. */
  async memberName(store: ShardStore, row: number): Promise<string> {
    const { shard, offset } = this.table.place(row);
    const block = await store.read(shard, offset - blockBytes, blockBytes).catch(() => null);
    const header = block?.length === blockBytes ? parseTarHeader(block) : null;
    return header === null || header === 'damaged'
      ? `image ${this.table.withinShard(row)}`
      : cleaned(header.name);
  }

  async sizes(): Promise<readonly ImageSize[]> {
    return this.table.sizes(async (row) => this.shardName(this.table.place(row).shard));
  }

  async close(): Promise<void> {
    await this.place.close();
  }
}

/**
 * Finds out what shards hold: from the index beside them, or, without one, by reading each once, which is remembered.
 * @throws SHARDS_NOT_FOUND, SHARDS_UNFINISHED, SHARDS_BAD_INDEX, SHARDS_OTHER_VERSION, SHARD_MISSING, SHARD_SHORT,
 * SHARD_BAD_LABEL; without an index also what `scanShard` throws
 */
export async function openShards(options: OpenShardsOptions): Promise<OpenedShards> {
  const { place } = options;
  const index = await place.readSmall(indexFile);
  if (index !== null) return indexed(place, parseIndex(index.toString('utf8'), place.nameOf(indexFile)));
  if ((await place.readSmall(packingFile)) !== null) throw unfinished(place.place);
  return scanned(options);
}

async function indexed(place: ShardPlace, { shards, classes }: ShardIndex): Promise<OpenedShards> {
  const table = new RowTable(shards.map(({ images }) => images));
  await eachInFlight(shards, atATime, async (shard, at) => {
    const name = place.nameOf(shard.file);
    const about = await place.look(shard.file);
    if (about === null) throw shardMissing(name);
    if (about.bytes !== shard.bytes) throw shardShort(name, shard.bytes, about.bytes);
    const rowsFile = rowsFileOf(shard.file);
    const bytes = await place.readSmall(rowsFile);
    if (bytes === null) throw shardMissing(place.nameOf(rowsFile));
    const rows = decodeRows(bytes, place.nameOf(rowsFile));
    if (digestOfRows(bytes) !== shard.rows || rows.blocks.length !== shard.images)
      throw badIndex(place.nameOf(rowsFile), `the rows that ${indexFile} names`, 'those of another pack');
    if (rows.sha256 !== shard.sha256) throw badIndex(name, 'one SHA-256 in index and rows', 'two');
    table.set(at, rows);
  });
  const stray = table.labels.findIndex((label) => label < 0 || label >= classes.length);
  if (stray >= 0) await refuseLabel(place, table, shards, stray, classes.length);
  return new OpenedShards(
    place,
    classes.map(({ name }) => name),
    shards,
    table,
  );
}

async function refuseLabel(
  place: ShardPlace,
  table: RowTable,
  shards: readonly KnownShard[],
  row: number,
  classes: number,
): Promise<never> {
  const opened = new OpenedShards(place, [], shards, table);
  const store = await place.store(shards);
  const member = await opened.memberName(store, row);
  await store.close();
  const label = table.labels[row]!;
  throw badLabel(
    opened.shardName(table.place(row).shard),
    member,
    `a label below ${classes}, the number of classes`,
    label < 0 ? 'none' : String(label),
  );
}

/** Classes are the numbers that occur, in order; their names are those of `classes.txt`, a line each, where there is one. */
async function scanned(options: OpenShardsOptions): Promise<OpenedShards> {
  const { place } = options;
  const files = await place.list();
  const all: ShardRows[] = [];
  for (const file of files) {
    all.push(await rowsOf(file, options));
    options.onProgress?.(all.length, files.length);
  }
  const shards = all.map(({ bytes, sha256 }, at): KnownShard => ({ file: files[at]!, bytes, sha256 }));
  const table = new RowTable(all.map(({ blocks }) => blocks.length));
  all.forEach((rows, at) => {
    table.set(at, rows);
  });
  const { labels } = table;
  const text = await place.readSmall('classes.txt');
  const names =
    text === null
      ? null
      : text
          .toString('utf8')
          .split('\n')
          .map((line) => line.trim())
          .filter((line) => line !== '');
  const isLabelled = labels.some((label) => label >= 0);
  const stray = labels.findIndex(
    (label) => isLabelled && (label < 0 || (names !== null && label >= names.length)),
  );
  if (stray >= 0)
    await refuseLabel(place, table, shards, stray, names?.length ?? Math.max(...new Set(labels)) + 1);
  const used = [...new Set(labels)].sort((a, b) => a - b);
  const labelOf = new Map(used.map((value, label) => [value, label]));
  for (let row = 0; row < labels.length; row++) labels[row] = labelOf.get(labels[row]!)!;
  const classes = isLabelled ? used.map((value) => names?.[value] ?? String(value)) : ['all'];
  const notes = isLabelled ? [] : ['all images are of one class (the shards have no .cls)'];
  return new OpenedShards(place, classes, shards, table, notes);
}

/** The rows of a shard without an index, as they were found the last time or as they are found now. */
async function rowsOf(file: string, { place, image, rowsFolder }: OpenShardsOptions): Promise<ShardRows> {
  const shard = place.nameOf(file);
  const about = await place.look(file);
  if (about === null) throw shardMissing(shard);
  const kept =
    rowsFolder === null || about.stamp === null
      ? null
      : join(rowsFolder, `${hashOf([about.stamp, image ?? null])}.rows`);
  const known = kept === null ? null : await keptRows(kept);
  if (known?.bytes === about.bytes) return known;
  const rows = await place.scan(file, async (chunks) => scanShard(chunks, { shard, image }));
  if (rows.bytes !== about.bytes) throw shardDamaged(shard, null, 'changed while it was read');
  // A cache that cannot be written costs another reading the next time.
  if (kept !== null) await writeFileSafely(kept, encodeRows(rows), { tidy: false }).catch(() => undefined);
  return rows;
}

async function keptRows(path: string): Promise<ShardRows | null> {
  const bytes = await tryReadFile(path);
  if (isProblem(bytes)) return null;
  try {
    return decodeRows(bytes, path);
  } catch (error) {
    if (isGanymedeError(error)) return null;
    throw error;
  }
}
