import type { DatasetReport, ImageFile, ImageFiles } from '@ganymede/core';
import { inOrder } from '@ganymede/files';
import { isUnusable, proveImage } from '@ganymede/images';
import { crc32 } from 'node:zlib';
import { badPackImage, nothingToPack, otherSource } from './errors.js';
import { PackFolder } from './pack-folder.js';
import type { ShardRows } from './shard-rows.js';
import { bytesInShard, ShardWriter, type ShardImage } from './shard-writer.js';

export interface PackShardsOptions {
  /** Made if it is not there; empty, or with the begin of this pack. */
  readonly folder: string;
  /** A shard has at most so many bytes, unless one image alone has more; 256 MiB by default. */
  readonly shardBytes?: number;
  /** Decode every image to see that it can be; without it headers alone are read. True by default. */
  readonly check?: boolean;
  /** Stop at the first file that is no image that is read, instead of leaving it out. */
  readonly strict?: boolean;
  readonly strictHint?: string;
  readonly onProgress?: (done: number, total: number) => void;
}

/** What lies in the folder. */
export interface PackedShards extends DatasetReport {
  readonly path: string;
  readonly images: number;
  readonly classes: readonly { readonly name: string; readonly images: number }[];
  readonly shards: readonly { readonly file: string; readonly images: number; readonly bytes: number }[];
  /** Of all shards. */
  readonly bytes: number;
  /** Images in shards that a pack before this one had ended. */
  readonly reused: number;
}

/** Read or decoded at a time: enough to keep the thread pool busy, few enough to hold as photographs. */
const inFlight = 32;
const progressInterval = 256;

interface Read {
  readonly image: ImageFile;
  readonly bytes: Uint8Array;
  readonly problem: string | null;
}

async function readFile(image: ImageFile): Promise<Read> {
  const bytes = await image.read();
  return 'problem' in bytes
    ? { image, bytes: new Uint8Array(0), problem: bytes.problem }
    : { image, bytes, problem: null };
}

/** What an image is called in a shard: its number, and what of its name a key may have. */
function keyOf(number: number, name: string): string {
  const stem = name.replace(/\.[^./]*$/, '').replace(/[^A-Za-z0-9_-]+/g, '_');
  return `${String(number).padStart(9, '0')}-${stem.slice(-60)}`;
}

/** The size of an image that can be used, or why it cannot. */
async function look(
  { bytes, problem }: Read,
  check: boolean,
): Promise<{ readonly width: number; readonly height: number } | { readonly reason: string }> {
  return problem === null ? proveImage(bytes, check) : { reason: problem };
}

/** Whether an image is a row of a shard that is whole. */
function isRow({ image, bytes, problem }: Read, rows: ShardRows, at: number): boolean {
  return (
    problem === null &&
    rows.labels[at] === image.label &&
    rows.lengths[at] === bytes.length &&
    rows.crcs[at] === crc32(bytes)
  );
}

/**
 * Writes images into tar shards of WebDataset's layout, in their order, with an index beside them; see docs/data.md. Encoded
 * images keep their bytes. Where a pack was cut off, the same call goes on: images of whole shards are read once more and
 * compared, and nothing else is done with them.
 * @throws SHARDS_EXIST, SHARDS_OTHER_SOURCE, SHARDS_EMPTY, DATASET_BAD_IMAGE in strict mode, DISK_FULL, CANNOT_WRITE
 */
export async function packShards(files: ImageFiles, options: PackShardsOptions): Promise<PackedShards> {
  const { shardBytes = 256 * 2 ** 20, check = true, strict = false, onProgress } = options;
  const folder = await PackFolder.open(options.folder);
  const skipped = [...files.skipped];
  const skip = ({ image }: Read, reason: string): void => {
    if (strict) throw badPackImage(image.name, reason, options.strictHint);
    skipped.push({ file: image.name, reason });
  };
  const whole = [...folder.whole];
  let reused = 0;
  let written = 0;
  let done = 0;
  let writer: ShardWriter | null = null;
  const told = (): void => {
    done++;
    if (done % progressInterval === 0 && done < files.total) onProgress?.(done, files.total);
  };

  /** Passes over what lies in whole shards. */
  const left = async function* (): AsyncGenerator<Read> {
    let [shard, at] = [0, 0];
    for await (const read of inOrder(files.images, inFlight, readFile)) {
      const packed = whole[shard];
      if (packed === undefined) {
        yield read;
        continue;
      }
      if (isRow(read, packed.rows, at)) {
        reused++;
        at++;
        if (at === packed.rows.blocks.length) [shard, at] = [shard + 1, 0];
      } else {
        const found = await look(read, check);
        if (!isUnusable(found)) throw otherSource(folder.path, packed.file, read.image.name);
        skip(read, found.reason);
      }
      told();
    }
    const next = whole[shard];
    if (next !== undefined)
      throw otherSource(folder.path, next.file, `its image ${at}, behind the last of these`);
  };
  const endShard = async (): Promise<void> => {
    if (writer === null) return;
    await folder.add(await writer.finish(folder.nextPath));
    writer = null;
  };

  try {
    for await (const { read, found } of inOrder(left(), inFlight, async (one) => ({
      read: one,
      found: await look(one, check),
    }))) {
      if (isUnusable(found)) skip(read, found.reason);
      else {
        const { name, label, extension } = read.image;
        const image: ShardImage = {
          key: keyOf(reused + written, name),
          extension,
          bytes: read.bytes,
          label,
          width: found.width,
          height: found.height,
        };
        if (writer !== null && writer.bytes + bytesInShard(image) > shardBytes) await endShard();
        writer ??= await ShardWriter.create(folder.path);
        await writer.add(image);
        written++;
      }
      told();
    }
    if (reused + written === 0) throw nothingToPack('that can be read', skipped);
    await endShard();
  } catch (error) {
    await writer?.abandon();
    throw error;
  }
  const empty = folder.emptyClass(files.classes);
  if (empty !== null) throw nothingToPack(`in class ${empty}`, skipped);
  const index = await folder.finish(files.classes);
  onProgress?.(files.total, files.total);
  const { images, classes, shards } = index;
  return {
    path: folder.path,
    images,
    classes,
    shards: shards.map(({ file, images: own, bytes }) => ({ file, images: own, bytes })),
    bytes: shards.reduce((sum, { bytes }) => sum + bytes, 0),
    reused,
    skipped,
    ...(files.notes && { notes: files.notes }),
  };
}
