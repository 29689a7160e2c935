import { isProblem, tryOpenFile } from '@ganymede/files';
import { basename, join } from 'node:path';
import { pngChunk, pngHeadBytes, withChunk } from './png-text.js';

/** A tEXt chunk (PNG, section 11.3.4.3): keyword, zero, text. */
const marker = pngChunk('tEXt', Buffer.from('Software\0Ganymede: a sheet of images', 'latin1'));

/** A PNG that says that it shows many images and is none itself: it may lie beside images without being taken for one. */
export function markAsSheet(png: Uint8Array): Buffer {
  return withChunk(png, marker);
}

/** @param head - the first bytes of a file, 128 or more */
function isMarkedAsSheet(head: Uint8Array): boolean {
  return marker.equals(head.subarray(pngHeadBytes, pngHeadBytes + marker.length));
}

/** Files that are looked into: images are numbered, and to open each of a million takes minutes. */
const mayBeSheet = /sheet[^/]*\.png$|^[^\d]+\.png$/i;

/**
 * A folder's files without the sheets that the toolkit wrote beside images. The mark in the file decides, not the name.
 * @param files - relative to the root
 */
export async function withoutSheets<T extends { readonly path: string }>(
  root: string,
  files: readonly T[],
): Promise<T[]> {
  const isSheet = await Promise.all(
    files.map(async ({ path }) => mayBeSheet.test(basename(path)) && (await hasMark(join(root, path)))),
  );
  return files.filter((_, i) => !isSheet[i]);
}

async function hasMark(path: string): Promise<boolean> {
  // What cannot be read is told by whoever reads it as an image.
  const file = await tryOpenFile(path);
  if (isProblem(file)) return false;
  try {
    const { buffer } = await file.read(Buffer.alloc(128), 0, 128, 0);
    return isMarkedAsSheet(buffer);
  } catch {
    return false;
  } finally {
    await file.close();
  }
}
