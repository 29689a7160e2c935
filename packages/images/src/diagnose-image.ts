import { diagnoseJpeg } from './diagnose-jpeg.js';
import { diagnosePng } from './diagnose-png.js';
import { describeOther, imageKind, kindNames, type ImageKind } from './image-kind.js';
import { readTiffHeader } from './tiff-header.js';

/**
 * What hinders a file from being an image, in words that follow its name: `is cut off: ...`. By a look at the bytes: what
 * libvips says of a file may be of another one, for its messages are one heap for all decodes that run side by side.
 * @param bytes - of a file that could not be decoded
 */
export function diagnoseImage(bytes: Uint8Array): string {
  return diagnoseOuter(bytes) ?? diagnoseInner(bytes);
}

/** What the first bytes tell, before anything is decoded; null for a file of a kind that is read. */
export function diagnoseOuter(bytes: Uint8Array): string | null {
  if (bytes.length === 0) return 'is empty (0 bytes)';
  if (imageKind(bytes) !== null) return null;
  if (bytes.every((byte) => byte === 0))
    return `is only zeros (${bytes.length} bytes), as copies are that were not finished`;
  return describeOther(bytes) ?? 'is not an image, or its beginning is damaged';
}

function diagnoseInner(bytes: Uint8Array): string {
  const kind = imageKind(bytes)!;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const unknown = `is damaged: it begins as a ${kindNames[kind]} does, but its pixels cannot be decoded`;
  return diagnosers[kind](buffer) ?? unknown;
}

const diagnosers: Readonly<Record<ImageKind, (bytes: Buffer) => string | null>> = {
  jpeg: diagnoseJpeg,
  png: diagnosePng,
  gif: (bytes) =>
    bytes.at(-1) === 0x3b ? null : `is cut off: it ends after ${bytes.length} bytes, before its image does`,
  webp: (bytes) => {
    if (bytes.length < 12) return missing(12 - bytes.length);
    return missing(bytes.readUInt32LE(4) + 8 - bytes.length);
  },
  tiff: (bytes) => {
    const header = readTiffHeader(bytes);
    if (header === null) return 'is cut off or damaged: its list of tags lies outside of the file';
    return header.dataEnd === null ? null : missing(header.dataEnd - bytes.length);
  },
  avif: diagnoseAvif,
};

function missing(count: number): string | null {
  return count > 0 ? `is cut off: ${count} bytes are missing` : null;
}

/** ISO base media: boxes of a length and a name, back to back. */
function diagnoseAvif(bytes: Buffer): string | null {
  for (let at = 0; at < bytes.length;) {
    if (at + 8 > bytes.length) return 'is cut off: it ends within a header';
    const length = bytes.readUInt32BE(at);
    // 0 is a box up to the end, 1 one whose length is in 64 bits.
    if (length === 0 || length === 1) return null;
    if (length < 8) return `is damaged at byte ${at}: no part of an AVIF begins there`;
    if (at + length > bytes.length) return missing(at + length - bytes.length);
    at += length;
  }
  return null;
}
