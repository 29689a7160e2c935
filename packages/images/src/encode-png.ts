import sharp from 'sharp';
import type { RawImage } from './raw-image.js';

/** Pixels as a PNG that decodes to the same: grey, RGB or RGBA of 8 bits. */
export async function encodePng({ data, width, height, channels }: RawImage): Promise<Buffer> {
  return sharp(data, { raw: { width, height, channels } })
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .png()
    .toBuffer();
}
