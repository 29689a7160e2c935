import { describeContent, isProblem, tryOpenFile } from '@ganymede/files';
import { promisify } from 'node:util';
import { gunzip, constants } from 'node:zlib';
import { unreadable, unreadableFile } from './messages.js';

/** The first bytes of a file, at most `length`. @throws DATASET_UNREADABLE, for what is no file too */
export async function readHead(path: string, length: number): Promise<Buffer> {
  const handle = await tryOpenFile(path);
  if (isProblem(handle)) throw unreadableFile(path, handle.problem);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, 0);
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    throw unreadable(path, error);
  } finally {
    await handle.close();
  }
}

export function isGzip(head: Uint8Array): boolean {
  return head[0] === 0x1f && head[1] === 0x8b;
}

/** POSIX and GNU tars have `ustar` in their first header. */
export function isTar(head: Buffer): boolean {
  return head.length >= 512 && head.toString('latin1', 257, 262) === 'ustar';
}

/** IDX: two zero bytes, the type (8: unsigned bytes), the number of dimensions. */
export function isIdx(head: Uint8Array): boolean {
  return (
    head.length >= 4 && head[0] === 0 && head[1] === 0 && head[2] === 8 && head[3]! >= 1 && head[3]! <= 4
  );
}

/** A zip whose first file is an array of numpy's. */
export function isNpz(head: Buffer): boolean {
  if (head.length < 30 || head.toString('latin1', 0, 4) !== 'PK\x03\x04') return false;
  return head.toString('latin1', 30, 30 + head.readUInt16LE(26)).endsWith('.npy');
}

/** The first bytes of what a gzip file holds; null where it cannot be unpacked. */
export async function readGzipHead(path: string): Promise<Buffer | null> {
  try {
    // The input is cut off, so that the end of the stream is missing by design.
    return await promisify(gunzip)(await readHead(path, 1 << 16), { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return null;
  }
}

/** What a file that we do not read is, in words. */
export function describeFile(head: Buffer): { readonly got: string; readonly hint?: string } {
  const starts = (text: string): boolean => head.subarray(0, text.length).equals(Buffer.from(text, 'latin1'));
  const repack = 'Unpack it into a folder, or pack it as .tar, with one folder for each class.';
  const content = describeContent(head);
  if (content !== null)
    return { got: content, hint: 'Fetch the file again: a download or a copy of it failed.' };
  if (starts('PK\x03\x04')) return { got: 'a zip archive', hint: repack };
  if (starts('7z\xbc\xaf\x27\x1c')) return { got: 'a 7z archive', hint: repack };
  if (starts('Rar!')) return { got: 'a rar archive', hint: repack };
  if (starts('BZh')) return { got: 'a bzip2 archive', hint: repack };
  if (starts('\xfd7zXZ')) return { got: 'an xz archive', hint: repack };
  if (starts('\x28\xb5\x2f\xfd')) return { got: 'a zstd archive', hint: repack };
  if (starts('PAR1'))
    return { got: 'a parquet file', hint: 'Export its images into folders, one for each class.' };
  if (starts('\x89HDF'))
    return { got: 'an HDF5 file', hint: 'Export its images into folders, one for each class.' };
  if (starts('\xff\xd8\xff') || starts('\x89PNG'))
    return { got: 'a single image', hint: 'Give the folder that the images are in.' };
  if (starts('\x80')) return { got: 'a Python pickle', hint: 'Of CIFAR, take the binary version.' };
  return { got: 'a file of a kind that is not known' };
}
