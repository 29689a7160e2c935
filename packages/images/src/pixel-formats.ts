import type { Metadata } from 'sharp';
import { imageKind } from './image-kind.js';
import { readTiffHeader } from './tiff-header.js';

/** An image that is not read, and why, in words that follow the name of its file. */
export interface UnusableImage {
  readonly reason: string;
}

export function isUnusable<T>(image: T | UnusableImage): image is UnusableImage {
  return typeof image === 'object' && image !== null && 'reason' in image;
}

/** As sharp has it: what decodes to more is refused before it fills the memory. */
const mostPixels = 2 ** 28;
const convert = 'save it with 8 or 16 unsigned bits a channel';
const whiteIsZero = 0;

const integers: Readonly<Record<string, string>> = {
  char: 'signed 8-bit integers',
  short: 'signed 16-bit integers',
  uint: '32-bit integers',
  int: 'signed 32-bit integers',
};

/**
 * Why pixels of a header's kind are not read; null where they are. Read are 1 to 8 bits a channel, and unsigned integers
 * of more whose format says that the largest value is white (PNG, AVIF, 16-bit TIFF). Other numbers have a range that no
 * file states, so that black and white would be a guess: signed and 32-bit integers, 16- and 64-bit floats. Floats of 32
 * bits are black at 0 and white at 1 by custom, which `readFloats` checks.
 */
export function refusedSamples(header: Metadata, bytes: Uint8Array): string | null {
  const { width, height, depth, space, pages = 1 } = header;
  if (width * height > mostPixels)
    return `has ${width} x ${height} pixels, more than the ${2 ** 28 / 1e6} million that are read`;
  if (imageKind(bytes) === 'tiff' && pages > 1)
    return `has ${pages} pages, of which no one says which is the image: save them as files of their own`;
  const isInteger = integers[depth];
  if (isInteger !== undefined)
    return `holds ${isInteger}, whose range from black to white is not known: ${convert}`;
  if (depth === 'ushort' && space !== 'rgb16' && space !== 'grey16' && space !== 'cmyk')
    return `holds 16-bit values of a kind (${space}) that is not read: ${convert}`;
  if (depth === 'double' || depth === 'complex' || depth === 'dpcomplex')
    return `holds ${depth} values, whose range from black to white is not known: ${convert}`;
  return depth === 'float' ? refusedFloats(header, bytes) : null;
}

function refusedFloats(
  { channels, bitsPerSample, hasProfile, space }: Metadata,
  bytes: Uint8Array,
): string | null {
  const tiff = readTiffHeader(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
  if (bitsPerSample !== 32)
    return `holds ${bitsPerSample ?? 'other'}-bit floats, which are not read: ${convert}`;
  if (hasProfile)
    return `holds floats with a colour profile (as of linear light), which are not read: ${convert}`;
  if (tiff === null || tiff.photometric === whiteIsZero)
    return `holds floats of which 0 is white, which are not read: ${convert}`;
  if (!(channels === 1 && space === 'b-w') && !(channels === 3 && space === 'scrgb'))
    return `holds floats in ${channels} channels (${space}), of which 1 and 3 are read: ${convert}`;
  return null;
}
