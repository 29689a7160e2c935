import type { FileHandle } from 'node:fs/promises';

/** Bytes [begin, end) of a file; fewer where the file ends before. */
export async function readBytes(handle: FileHandle, begin: number, end: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(end - begin);
  let done = 0;
  // Linux reads at most 2 GiB a call, so a large tensor takes several.
  while (done < bytes.byteLength) {
    const length = Math.min(bytes.byteLength - done, 0x4000_0000);
    const { bytesRead } = await handle.read(bytes, done, length, begin + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return bytes.subarray(0, done);
}
