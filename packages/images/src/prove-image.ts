import sharp from 'sharp';
import { failOn, readImageHeader } from './decode-image.js';
import { diagnoseImage } from './diagnose-image.js';
import { readFloats } from './float-image.js';
import { isUnusable, refusedSamples, type UnusableImage } from './pixel-formats.js';

/** Larger images are reduced to this while they are decoded, so that many at a time fit into memory; pixels a side. */
const provedSide = 64;

/**
 * Decodes an image to see that it can be, as `decodeImage` would, without a size or channels in mind.
 * @param decode - false: its header alone is read
 * @returns its size as it is seen, turned as EXIF says; or what is wrong, in words that follow the name of the file
 */
export async function proveImage(
  bytes: Uint8Array,
  decode = true,
): Promise<{ readonly width: number; readonly height: number } | UnusableImage> {
  const header = await readImageHeader(bytes);
  if (isUnusable(header)) return header;
  const refused = refusedSamples(header, bytes);
  if (refused !== null) return { reason: refused };
  const { width, height } = header.autoOrient;
  if (!decode) return { width, height };
  try {
    if (header.depth === 'float') {
      const image = await readFloats(bytes, header);
      return isUnusable(image) ? image : { width, height };
    }
    const image = sharp(bytes, { failOn });
    const small =
      width > provedSide || height > provedSide
        ? image.resize(provedSide, provedSide, { fit: 'fill', kernel: 'linear', fastShrinkOnLoad: false })
        : image;
    await small.raw().toBuffer();
    return { width, height };
  } catch {
    return { reason: diagnoseImage(bytes) };
  }
}
