import { isProblem, tryOpenFile } from '@ganymede/files';
import { basename, join } from 'node:path';
import { crc32 } from 'node:zlib';

/** Of a PNG's magic and its first chunk, IHDR, which always are the first 33 bytes (PNG, section 5). */
const headBytes = 33;
const marker = textChunk('Software', 'Ganymede: a sheet of images');

/** A tEXt chunk (PNG, section 11.3.4.3): length, type, keyword, zero, text, checksum. */
function textChunk(keyword: string, text: string): Buffer {
  const content = Buffer.from(`tEXt${keyword}\0${text}`, 'latin1');
  const chunk = Buffer.alloc(content.length + 8);
  chunk.writeUInt32BE(content.length - 4, 0);
  content.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(content), content.length + 4);
  return chunk;
}

/** A PNG that says that it shows many images and is none itself: it may lie beside images without being taken for one. */
export function markAsSheet(png: Uint8Array): Buffer {
  return Buffer.concat([png.subarray(0, headBytes), marker, png.subarray(headBytes)]);
}

/** @param head - the first bytes of a file, 128 or more */
function isMarkedAsSheet(head: Uint8Array): boolean {
  return marker.equals(head.subarray(headBytes, headBytes + marker.length));
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
