import { crc32 } from 'node:zlib';

/** Of a PNG's magic and its first chunk, IHDR, which always are the first 33 bytes (PNG, section 5). */
export const pngHeadBytes = 33;

/** A chunk of a PNG: length, type, content, checksum. @param type - four letters */
export function pngChunk(type: string, content: Uint8Array): Buffer {
  const chunk = Buffer.alloc(content.length + 12);
  chunk.writeUInt32BE(content.length, 0);
  chunk.write(type, 4, 'latin1');
  chunk.set(content, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + content.length)), 8 + content.length);
  return chunk;
}

/** A PNG with a chunk behind its head. */
export const withChunk = (png: Uint8Array, chunk: Uint8Array): Buffer =>
  Buffer.concat([png.subarray(0, pngHeadBytes), chunk, png.subarray(pngHeadBytes)]);

/** A PNG with a text in it, in any script: an iTXt chunk (PNG, section 11.3.4.5), not compressed, of no language. */
export function withPngText(png: Uint8Array, keyword: string, text: string): Buffer {
  return withChunk(png, pngChunk('iTXt', Buffer.from(`${keyword}\0\0\0\0\0${text}`, 'utf8')));
}
