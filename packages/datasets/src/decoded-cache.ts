import { createHash } from 'node:crypto';
import { open, readFile, readdir, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { hashOf, SafeFile, writeFileSafely } from '@ganymede/files';
import { z } from 'zod';
import { cacheNotWritten } from './messages.js';
import type { PackedImages } from './packed-images.js';

/**
 * Decoded images on disk, in `<cacheFolder>/<fingerprint>/`: `images-<checksum>.bin`, uint8 [N, H, W, C] and nothing
 * else, and `index.json`, which says all the rest. Both are written elsewhere, synced and renamed, the index last. So
 * what the index names is whole, processes that write at the same time put the same files there, and the checksums
 * tell damage that came later.
 */
const bodySchema = z.strictObject({
  format: z.literal(2),
  fingerprint: z.string(),
  imageShape: z.strictObject({
    height: z.number().int().positive(),
    width: z.number().int().positive(),
    channels: z.number().int().positive(),
  }),
  classes: z.array(z.string()),
  labels: z.array(z.number().int().nonnegative()),
  skipped: z.array(z.strictObject({ file: z.string(), reason: z.string() })),
  upscaled: z.number().int().nonnegative(),
  notes: z.array(z.string()),
  imagesSha256: z.string(),
});
const indexSchema = z.strictObject({ bodySha256: z.string(), body: bodySchema });

export type CacheIndex = z.output<typeof bodySchema>;

/** What is said of decoded images, wherever they lie. */
export type ImageIndex = Omit<CacheIndex, 'imagesSha256' | 'format'>;

export interface CachedImages {
  readonly index: ImageIndex;
  readonly packed: PackedImages;
}

async function orNotWritten<T>(cacheFolder: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    throw cacheNotWritten(cacheFolder, error);
  }
}

const chunkBytes = 4 << 20;

export function imageBytesOf({
  imageShape: { height, width, channels },
}: Pick<CacheIndex, 'imageShape'>): number {
  return height * width * channels;
}

function imagesFile({ imagesSha256 }: Pick<CacheIndex, 'imagesSha256'>): string {
  return `images-${imagesSha256.slice(0, 16)}.bin`;
}

async function readIndex(folder: string): Promise<CacheIndex | null> {
  try {
    const parsed = indexSchema.safeParse(JSON.parse(await readFile(join(folder, 'index.json'), 'utf8')));
    return parsed.success && hashOf(parsed.data.body) === parsed.data.bodySha256 ? parsed.data.body : null;
  } catch {
    return null;
  }
}

/** Reads the whole file once, for its checksum, and keeps it where there is room. */
async function readVerified(
  path: string,
  size: number,
  sha256: string,
  keep: SharedArrayBuffer | null,
): Promise<boolean> {
  let handle: FileHandle;
  try {
    handle = await open(path, 'r');
  } catch {
    return false;
  }
  try {
    if ((await handle.stat()).size !== size) return false;
    const hash = createHash('sha256');
    const kept = keep && new Uint8Array(keep);
    const chunk = Buffer.alloc(Math.min(chunkBytes, size));
    for (let at = 0; at < size;) {
      const { bytesRead } = await handle.read(chunk, 0, Math.min(chunk.length, size - at), at);
      if (bytesRead === 0) return false;
      const part = chunk.subarray(0, bytesRead);
      hash.update(part);
      kept?.set(part, at);
      at += bytesRead;
    }
    return hash.digest('hex') === sha256;
  } finally {
    await handle.close();
  }
}

/**
 * The cached images of a fingerprint, verified: size and checksums. Null where there are none, or they are
 * damaged.
 * @param memoryLimitBytes - up to this size they are held in memory; above it they are read from the file
 */
export async function readCache(
  cacheFolder: string,
  fingerprint: string,
  memoryLimitBytes: number,
): Promise<CachedImages | null> {
  const folder = join(cacheFolder, fingerprint);
  const index = await readIndex(folder);
  if (index === null || index.fingerprint !== fingerprint) return null;
  const path = join(folder, imagesFile(index));
  const imageBytes = imageBytesOf(index);
  const size = imageBytes * index.labels.length;
  const keep = size <= memoryLimitBytes ? new SharedArrayBuffer(size) : null;
  if (!(await readVerified(path, size, index.imagesSha256, keep))) return null;
  return {
    index,
    packed: keep ? { kind: 'memory', buffer: keep, imageBytes } : { kind: 'file', path, imageBytes },
  };
}

/** Writes images one after the other; they appear under their name with `commit`, or not at all. */
export class CacheWriter {
  private pending: Uint8Array[] = [];
  private pendingBytes = 0;

  private constructor(
    private readonly cacheFolder: string,
    private readonly file: SafeFile,
  ) {}

  static async create(cacheFolder: string): Promise<CacheWriter> {
    return orNotWritten(
      cacheFolder,
      async () => new CacheWriter(cacheFolder, await SafeFile.create(cacheFolder)),
    );
  }

  async add(pixels: Uint8Array): Promise<void> {
    this.pending.push(pixels);
    this.pendingBytes += pixels.length;
    if (this.pendingBytes >= chunkBytes) await orNotWritten(this.cacheFolder, async () => this.flush());
  }

  private async flush(): Promise<void> {
    const bytes = Buffer.concat(this.pending, this.pendingBytes);
    this.pending = [];
    this.pendingBytes = 0;
    await this.file.write(bytes);
  }

  async commit(index: ImageIndex): Promise<void> {
    await orNotWritten(this.cacheFolder, async () => {
      await this.flush();
      const { sha256 } = await this.file.finish();
      const body: CacheIndex = bodySchema.parse({
        ...index,
        format: 2,
        imagesSha256: sha256,
      });
      const folder = join(this.cacheFolder, index.fingerprint);
      await this.file.commit(join(folder, imagesFile(body)));
      await writeFileSafely(join(folder, 'index.json'), JSON.stringify({ bodySha256: hashOf(body), body }));
      // What a stale index named is of no use to anyone.
      for (const name of await readdir(folder)) {
        if (name.endsWith('.bin') && name !== imagesFile(body)) await rm(join(folder, name), { force: true });
      }
    });
  }

  async abandon(): Promise<void> {
    await this.file.abandon();
  }
}
