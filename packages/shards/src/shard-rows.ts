import { createHash } from 'node:crypto';
import { z } from 'zod';
import { badIndex, otherVersion } from './errors.js';
import { blockBytes } from './tar-header.js';

/** Of a row whose sample says no class. */
export const unlabelled = 0xffffffff;

/** A size in pixels, how many images have it, and the first row that does. */
export type SizeCount = readonly [width: number, height: number, images: number, firstRow: number];

/** What is known of the images of one shard; a row is an image. */
export interface ShardRows {
  /** Of the shard. */
  readonly bytes: number;
  readonly sha256: string;
  readonly sizes: readonly SizeCount[];
  /** Where an image's bytes start, in blocks of 512 bytes. [n] */
  readonly blocks: Uint32Array;
  /** [n], bytes. */
  readonly lengths: Uint32Array;
  /** [n], `unlabelled` where the sample has no class. */
  readonly labels: Uint32Array;
  /** CRC-32 of an image's bytes, as zip and PNG have it. [n] */
  readonly crcs: Uint32Array;
}

/** Raised when what follows changes. */
const version = 1;
const magic = 'GANYROWS';
const digestBytes = 32;

const headSchema = z.strictObject({
  version: z.literal(version),
  images: z.number().int().nonnegative(),
  bytes: z.number().int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  sizes: z.array(
    z.tuple([
      z.number().int().positive(),
      z.number().int().positive(),
      z.number().int().positive(),
      z.number().int().nonnegative(),
    ]),
  ),
});

const columns = ['blocks', 'lengths', 'labels', 'crcs'] as const;

/**
 * The rows as a file beside their shard: `GANYROWS`, the length of the head as uint32, the head as JSON padded with spaces
 * to a multiple of 4, then the four columns as uint32, one after the other, and the SHA-256 of all of that. Numbers have
 * their lowest byte first.
 */
export function encodeRows(rows: ShardRows): Buffer {
  const { bytes, sha256, sizes } = rows;
  const head = JSON.stringify({ version, images: rows.blocks.length, bytes, sha256, sizes });
  const padded = Buffer.from(head);
  const text = Buffer.concat([padded, Buffer.alloc(-padded.length & 3, ' ')]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  const body = Buffer.concat([
    Buffer.from(magic, 'latin1'),
    length,
    text,
    ...columns.map((name) => littleEndian(rows[name])),
  ]);
  return Buffer.concat([body, createHash('sha256').update(body).digest()]);
}

function littleEndian(values: Uint32Array): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => bytes.writeUInt32LE(value, 4 * i));
  return bytes;
}

/** What names the content of a table of rows: the digest at its end. */
export function digestOfRows(file: Uint8Array): string {
  return Buffer.from(file.subarray(-digestBytes)).toString('hex');
}

/**
 * @param where - the file, for messages
 * @throws SHARDS_BAD_INDEX, SHARDS_OTHER_VERSION
 */
export function decodeRows(file: Buffer, where: string): ShardRows {
  const damaged = (got: string): Error => badIndex(where, 'a whole table of rows', got);
  if (file.length < 12 + digestBytes || file.toString('latin1', 0, 8) !== magic)
    throw damaged('another file, or one that is cut off');
  const body = file.subarray(0, -digestBytes);
  if (createHash('sha256').update(body).digest('hex') !== digestOfRows(file))
    throw damaged('one whose checksum is wrong: it is damaged or cut off');
  const start = 12 + file.readUInt32LE(8);
  const head: unknown = JSON.parse(file.toString('utf8', 12, start));
  const said = (head as { readonly version?: unknown } | null)?.version;
  if (said !== version) throw otherVersion(where, version, said);
  const parsed = headSchema.safeParse(head);
  if (!parsed.success) throw damaged(parsed.error.issues[0]!.message);
  const { images, bytes, sha256, sizes } = parsed.data;
  if (body.length !== start + 4 * columns.length * images) throw damaged(`${body.length} bytes`);
  const [blocks, lengths, labels, crcs] = columns.map((_, at) => {
    const values = new Uint32Array(images);
    for (let i = 0; i < images; i++) values[i] = file.readUInt32LE(start + 4 * (at * images + i));
    return values;
  }) as [Uint32Array, Uint32Array, Uint32Array, Uint32Array];
  return { bytes, sha256, sizes, blocks, lengths, labels, crcs };
}

/** Rows as they come, one image after the other. */
export class RowsBuilder {
  private readonly blocks: number[] = [];
  private readonly lengths: number[] = [];
  private readonly labels: number[] = [];
  private readonly crcs: number[] = [];
  private readonly sizes = new Map<string, SizeCount>();

  get images(): number {
    return this.blocks.length;
  }

  add(row: {
    readonly offset: number;
    readonly length: number;
    readonly label: number;
    readonly crc: number;
    readonly width: number;
    readonly height: number;
  }): void {
    const key = `${row.width}x${row.height}`;
    const [, , count, first] = this.sizes.get(key) ?? [0, 0, 0, this.images];
    this.sizes.set(key, [row.width, row.height, count + 1, first]);
    this.blocks.push(row.offset / blockBytes);
    this.lengths.push(row.length);
    this.labels.push(row.label);
    this.crcs.push(row.crc);
  }

  build(shard: { readonly bytes: number; readonly sha256: string }): ShardRows {
    return {
      bytes: shard.bytes,
      sha256: shard.sha256,
      sizes: [...this.sizes.values()],
      blocks: Uint32Array.from(this.blocks),
      lengths: Uint32Array.from(this.lengths),
      labels: Uint32Array.from(this.labels),
      crcs: Uint32Array.from(this.crcs),
    };
  }
}
