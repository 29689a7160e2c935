import { isGanymedeError } from '@ganymede/core';
import { CacheWriter, type CachedImages, type ImageIndex } from './decoded-cache.js';

export interface SinkOptions {
  readonly cacheFolder: string;
  readonly imageBytes: number;
  /** Images that may come. */
  readonly total: number;
  /** Up to this size they are held in memory as well. */
  readonly memoryLimitBytes: number;
}

/**
 * Where decoded images go: into the cache and, where they fit, into memory, which is where they are read from
 * afterwards. So a cache that cannot be written (a read-only home, a full disk) costs decoding them again the next time,
 * and this time nothing; images that do not fit into memory need it.
 */
export class ImageSink {
  private count = 0;
  private writer: CacheWriter | null = null;
  private held: SharedArrayBuffer | null;
  private problem: string | null = null;

  private constructor(private readonly options: SinkOptions) {
    const size = options.total * options.imageBytes;
    this.held = size <= options.memoryLimitBytes ? new SharedArrayBuffer(size) : null;
  }

  /** @throws DATASET_CACHE_NOT_WRITTEN where the images do not fit into memory, here and from the other methods */
  static async create(options: SinkOptions): Promise<ImageSink> {
    const sink = new ImageSink(options);
    await sink.orHeld(async () => {
      sink.writer = await CacheWriter.create(options.cacheFolder);
    });
    return sink;
  }

  /** @param pixels - uint8 [H, W, C] */
  async add(pixels: Uint8Array): Promise<void> {
    const { imageBytes, total } = this.options;
    // More than were announced: then the cache alone holds them.
    if (this.count === total) this.held = null;
    if (this.held) new Uint8Array(this.held, this.count * imageBytes, imageBytes).set(pixels);
    this.count++;
    await this.orHeld(async () => this.writer?.add(pixels));
  }

  /**
   * Ends the images.
   * @returns those in memory, null where they are to be read from the cache; and why the cache has none, or null
   */
  async commit(
    index: ImageIndex,
  ): Promise<{ readonly held: CachedImages | null; readonly problem: string | null }> {
    await this.orHeld(async () => this.writer?.commit(index));
    const { imageBytes } = this.options;
    const held: CachedImages | null = this.held && {
      index,
      packed: { kind: 'memory', buffer: this.held, imageBytes },
    };
    return { held, problem: this.problem };
  }

  async abandon(): Promise<void> {
    await this.writer?.abandon();
  }

  private async orHeld(write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (error) {
      if (!isGanymedeError(error) || error.code !== 'DATASET_CACHE_NOT_WRITTEN' || this.held === null)
        throw error;
      this.problem = error.message;
      await this.writer?.abandon();
      this.writer = null;
    }
  }
}
