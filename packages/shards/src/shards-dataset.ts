import { sidesOf, type Dataset, type DatasetReport, type ImageShape } from '@ganymede/core';
import { eachInFlight, fingerprintOf } from '@ganymede/files';
import { decodeImage, decoderVersion, isUnusable, type TargetImage } from '@ganymede/images';
import { crc32 } from 'node:zlib';
import { badMember, badRow, closedShards, shardDamaged } from './errors.js';
import type { OpenedShards } from './opened-shards.js';
import type { ShardStore } from './shard-store.js';

/** Images that are read and decoded at a time: enough to keep the thread pool busy. */
const inFlight = 32;

/** A copy that was harmed, another that is fetched in its place, and what the server has. */
const mostTries = 3;

/**
 * Images of tar shards, read and decoded when they are asked for: a row needs nothing of the others, and nothing of an
 * image stays in memory.
 */
export class ShardsDataset implements Dataset {
  readonly imageShape: ImageShape;
  readonly classes: readonly string[];
  readonly length: number;
  readonly fingerprint: string;
  readonly report: DatasetReport;
  private isClosed = false;

  constructor(
    readonly name: string,
    private readonly opened: OpenedShards,
    private readonly store: ShardStore,
    private readonly target: TargetImage,
  ) {
    this.imageShape = { ...sidesOf(target.resolution), channels: target.channels };
    this.classes = opened.classes;
    this.length = opened.table.length;
    this.fingerprint = fingerprintOf([
      'shards',
      decoderVersion,
      target,
      opened.classes,
      opened.shards.map(({ sha256 }) => sha256),
    ]);
    this.report = { skipped: [], notes: notesOf(opened, target) };
  }

  labels(): Int32Array {
    return this.opened.table.labels.slice();
  }

  async names(): Promise<readonly string[]> {
    const names: string[] = [];
    const rows = Array.from({ length: this.length }, (_, row) => row);
    await eachInFlight(rows, inFlight, async (row) => {
      names[row] = await this.opened.memberName(this.store, row);
    });
    return names;
  }

  /**
   * @throws SHARD_MISSING, SHARD_DAMAGED, SHARD_BAD_IMAGE naming shard and member; SHARDS_NOT_FETCHED
   */
  async read(indices: ArrayLike<number>): Promise<Uint8Array> {
    if (this.isClosed) throw closedShards(this.name);
    const rows = Array.from(indices);
    for (const row of rows)
      if (!Number.isInteger(row) || row < 0 || row >= this.length) throw badRow(this.name, this.length, row);
    const { height, width, channels } = this.imageShape;
    const imageBytes = height * width * channels;
    const images = new Uint8Array(rows.length * imageBytes);
    await eachInFlight(rows, inFlight, async (row, at) => {
      const bytes = await readRow(this.opened, this.store, row);
      const decoded = await decodeImage(bytes, this.target);
      if (isUnusable(decoded)) {
        const member = await this.opened.memberName(this.store, row);
        throw badMember(this.opened.shardName(this.opened.table.place(row).shard), member, decoded.reason);
      }
      images.set(decoded.pixels, at * imageBytes);
    });
    return images;
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await this.store.close();
    await this.opened.close();
  }
}

/**
 * The bytes of an image as they are in the shard.
 * @throws SHARD_DAMAGED where they are not what the index says
 */
export async function readRow(opened: OpenedShards, store: ShardStore, row: number): Promise<Buffer> {
  const { shard, offset, length, crc } = opened.table.place(row);
  for (let tries = 1; ; tries++) {
    const bytes = await store.read(shard, offset, length);
    if (bytes.length === length && crc32(bytes) === crc) return bytes;
    if (tries < mostTries && (await store.distrust(shard))) continue;
    const why =
      bytes.length < length
        ? `is cut off: ${bytes.length} of ${length} bytes are there`
        : 'is damaged: its checksum is not that of the index';
    throw shardDamaged(opened.shardName(shard), await opened.memberName(store, row), why);
  }
}

function notesOf({ table, notes }: OpenedShards, { resolution }: TargetImage): readonly string[] {
  const { height, width } = sidesOf(resolution);
  let [resized, upscaled] = [0, 0];
  for (const [ownWidth, ownHeight, images] of table.sizeCounts()) {
    if (ownWidth < width || ownHeight < height) upscaled += images;
    else if (ownWidth > width || ownHeight > height) resized += images;
  }
  const size = height === width ? `${height} x ${width}` : `${width} x ${height} (width x height)`;
  return [
    ...notes,
    ...(resized > 0 ? [`${resized} of ${table.length} images are cropped or reduced to ${size} pixels`] : []),
    ...(upscaled > 0
      ? [`${upscaled} of ${table.length} images are smaller than ${size} pixels and are enlarged`]
      : []),
  ];
}
