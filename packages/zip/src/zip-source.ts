import type { FileHandle } from 'node:fs/promises';
import { readBytes } from '@ganymede/files';

/** Where the bytes of a zip file are. */
export interface ZipSource {
  /** Bytes in all. */
  size(): Promise<number>;
  /** Bytes [begin, end); fewer where there are no more. */
  read(begin: number, end: number): Promise<Uint8Array>;
}

/** An open file, which stays the caller's to close. */
export function zipFile(handle: FileHandle): ZipSource {
  return {
    size: async () => (await handle.stat()).size,
    read: (begin, end) => readBytes(handle, begin, end),
  };
}

export function zipBytes(bytes: Uint8Array): ZipSource {
  return {
    size: () => Promise.resolve(bytes.byteLength),
    read: (begin, end) => Promise.resolve(bytes.subarray(begin, end)),
  };
}
