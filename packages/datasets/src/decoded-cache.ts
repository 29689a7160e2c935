import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, open, readFile, rename, rm, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { hashOf } from './fingerprint.js';
import type { PackedImages } from './packed-images.js';

/**
 * Decoded images on disk: `<cacheFolder>/<fingerprint>/images.bin`, uint8 [N, H, W, C] and nothing else, with
 * `index.json` beside it. Both are written to a temporary folder, synced, and renamed, so what has the name is whole;
 * the checksums tell damage that came later.
 */
const bodySchema = z.strictObject({
  format: z.literal(1),
  fingerprint: z.string(),
  /** What tells that the source has changed under the same fingerprint, e.g. times of files. */
  stamp: z.string(),
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

export interface CachedImages {
  readonly index: CacheIndex;
  readonly packed: PackedImages;
}

const chunkBytes = 4 << 20;

export function imageBytesOf({
  imageShape: { height, width, channels },
}: Pick<CacheIndex, 'imageShape'>): number {
  return height * width * channels;
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
 * The cached images of a fingerprint, verified: size, checksums and stamp. Null where there are none, or they are
 * stale or damaged.
 * @param memoryLimitBytes - up to this size they are held in memory; above it they are read from the file
 */
export async function readCache(
  cacheFolder: string,
  fingerprint: string,
  stamp: string,
  memoryLimitBytes: number,
): Promise<CachedImages | null> {
  const folder = join(cacheFolder, fingerprint);
  const index = await readIndex(folder);
  if (index === null || index.fingerprint !== fingerprint || index.stamp !== stamp) return null;
  const path = join(folder, 'images.bin');
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
  private readonly hash = createHash('sha256');
  private pending: Uint8Array[] = [];
  private pendingBytes = 0;

  private constructor(
    private readonly cacheFolder: string,
    private readonly temporary: string,
    private readonly handle: FileHandle,
  ) {}

  static async create(cacheFolder: string): Promise<CacheWriter> {
    await mkdir(cacheFolder, { recursive: true });
    const temporary = await mkdtemp(join(cacheFolder, '.partial-'));
    return new CacheWriter(cacheFolder, temporary, await open(join(temporary, 'images.bin'), 'wx'));
  }

  async add(pixels: Uint8Array): Promise<void> {
    this.hash.update(pixels);
    this.pending.push(pixels);
    this.pendingBytes += pixels.length;
    if (this.pendingBytes >= chunkBytes) await this.flush();
  }

  private async flush(): Promise<void> {
    const bytes = Buffer.concat(this.pending, this.pendingBytes);
    this.pending = [];
    this.pendingBytes = 0;
    for (let at = 0; at < bytes.length;) at += (await this.handle.write(bytes, at)).bytesWritten;
  }

  async commit(index: Omit<CacheIndex, 'imagesSha256' | 'format'>): Promise<void> {
    await this.flush();
    await this.handle.sync();
    await this.handle.close();
    const body: CacheIndex = bodySchema.parse({ ...index, format: 1, imagesSha256: this.hash.digest('hex') });
    const path = join(this.temporary, 'index.json');
    await writeFile(path, JSON.stringify({ bodySha256: hashOf(body), body }), { flush: true });
    const target = join(this.cacheFolder, index.fingerprint);
    // A stale or damaged folder makes way; where another process puts its own there first, that one is as good.
    await rm(target, { recursive: true, force: true });
    try {
      await rename(this.temporary, target);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code !== 'ENOTEMPTY' && code !== 'EEXIST' && code !== 'EPERM') throw error;
      await rm(this.temporary, { recursive: true, force: true });
    }
  }

  async abandon(): Promise<void> {
    await this.handle.close().catch(() => undefined);
    await rm(this.temporary, { recursive: true, force: true });
  }
}
