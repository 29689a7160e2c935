import type { CallContext } from '@ganymede/core';
import { ImageGenerator, type OpenedGenerator } from '@ganymede/runs';

/**
 * What makes images of a generator that is open. What is compiled for a number of images at a time is kept, so that whoever
 * makes many pictures waits for it once.
 */
export class ImageMaker {
  private readonly kept = new Map<string, ImageGenerator>();

  /** @param opened - stays the caller's to close, after this is disposed of */
  constructor(private readonly opened: Pick<OpenedGenerator, 'backend' | 'generator'>) {}

  /** @param batchSize - images at a time */
  at(batchSize: number, call: CallContext): ImageGenerator {
    const key = JSON.stringify([batchSize, call]);
    let images = this.kept.get(key);
    if (!images) {
      const { backend, generator } = this.opened;
      this.kept.set(key, (images = new ImageGenerator(backend, generator, batchSize, call)));
    }
    return images;
  }

  dispose(): void {
    for (const images of this.kept.values()) images.dispose();
    this.kept.clear();
  }
}
