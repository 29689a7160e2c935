import { open, type FileHandle } from 'node:fs/promises';

/**
 * Where decoded images lie, back to back: in memory that threads can share, or in a file. The batch loader's worker
 * reads both by itself.
 */
export type PackedImages =
  | { readonly kind: 'memory'; readonly buffer: SharedArrayBuffer; readonly imageBytes: number }
  | { readonly kind: 'file'; readonly path: string; readonly imageBytes: number };

/** Reads images out of `PackedImages` on the calling thread. */
export class PackedReader {
  private handle: Promise<FileHandle> | null = null;

  constructor(private readonly images: PackedImages) {}

  /** @returns uint8 [indices.length * imageBytes]; indices must be in range */
  async read(indices: ArrayLike<number>): Promise<Uint8Array> {
    const { imageBytes } = this.images;
    const out = new Uint8Array(indices.length * imageBytes);
    if (this.images.kind === 'memory') {
      const all = new Uint8Array(this.images.buffer);
      for (let i = 0; i < indices.length; i++) {
        const start = indices[i]! * imageBytes;
        out.set(all.subarray(start, start + imageBytes), i * imageBytes);
      }
      return out;
    }
    const handle = await (this.handle ??= open(this.images.path, 'r'));
    const reads = Array.from({ length: indices.length }, async (_, i) => {
      const { bytesRead } = await handle.read(out, i * imageBytes, imageBytes, indices[i]! * imageBytes);
      if (bytesRead !== imageBytes)
        throw new Error(`expected ${imageBytes} bytes of image ${indices[i]}, got ${bytesRead}`);
    });
    await Promise.all(reads);
    return out;
  }

  async close(): Promise<void> {
    const handle = this.handle;
    this.handle = null;
    await (await handle)?.close();
  }
}
