import sharp, { type Metadata } from 'sharp';
import type { RawImage } from './raw-image.js';
import type { UnusableImage } from './pixel-formats.js';

/**
 * A TIFF of 32-bit floats as 8-bit pixels: 0 is black, 1 is white, as numpy's users save images. Values are those to be
 * shown, not linear light.
 * @returns the reason where a value is not in [0, 1], for then 1 is not white
 */
export async function readFloats(
  bytes: Uint8Array,
  { channels }: Pick<Metadata, 'channels'>,
): Promise<RawImage | UnusableImage> {
  const { data, info } = await sharp(bytes, { failOn: 'warning' })
    .autoOrient()
    // The space that libvips takes floats to be of: the conversion that raw output does on its own changes nothing then.
    .toColourspace(channels === 1 ? 'b-w' : 'scrgb')
    .raw({ depth: 'float' })
    .toBuffer({ resolveWithObject: true });
  const values = new Float32Array(data.buffer, data.byteOffset, data.length / 4);
  const bad = values.find((value) => !(value >= 0 && value <= 1));
  if (bad !== undefined)
    return {
      reason: `holds floats outside of [0, 1] (${bad}), so that what is black and white is not known: scale them to [0, 1], or save 8 or 16 unsigned bits a channel`,
    };
  return {
    data: Uint8Array.from(values, (value) => Math.round(255 * value)),
    width: info.width,
    height: info.height,
    channels: channels as 1 | 3,
  };
}
