import { sidesOf, type Resolution } from '@ganymede/core';
import sharp, { type Metadata, type Sharp, type SharpInput } from 'sharp';
import { diagnoseImage, diagnoseOuter } from './diagnose-image.js';
import { readFloats } from './float-image.js';
import type { RawImage } from './raw-image.js';
import { isUnusable, refusedSamples, type UnusableImage } from './pixel-formats.js';

/** What every image is brought to. */
export interface TargetImage {
  /** Pixels a side, or height and width. */
  readonly resolution: Resolution;
  readonly channels: 1 | 3 | 4;
  /** What shows through transparent pixels when `channels` is 1 or 3: red, green, blue in 0..255. */
  readonly background: readonly [number, number, number];
}

export interface DecodedImage {
  /** uint8 [H, W, channels], row-major. */
  readonly pixels: Uint8Array;
  /** Whether a side was smaller than the target's. */
  readonly upscaled: boolean;
  /** Whether the file's size is another than the target's. */
  readonly resized: boolean;
  /** How many frames the file has; the first is read. */
  readonly frames: number;
}

/** Raised when what the rules of decoding are changes: cached images of an older version are not used. */
export const decoderVersion = 2;

function toTarget(image: Sharp, { resolution, channels, background }: TargetImage, enlarge: boolean): Sharp {
  const [r, g, b] = background;
  const { height, width } = sidesOf(resolution);
  let pipeline = image.autoOrient();
  if (channels !== 4) pipeline = pipeline.flatten({ background: { r, g, b } });
  pipeline = pipeline
    .resize(width, height, {
      fit: 'cover',
      position: 'centre',
      kernel: 'lanczos3',
      withoutEnlargement: !enlarge,
      fastShrinkOnLoad: false,
    })
    .toColourspace(channels === 1 ? 'b-w' : 'srgb');
  if (channels === 4) pipeline = pipeline.ensureAlpha();
  return pipeline.raw({ depth: 'uchar' });
}

async function decode(
  input: SharpInput,
  options: sharp.SharpOptions,
  target: TargetImage,
): Promise<Pick<DecodedImage, 'pixels' | 'upscaled'>> {
  const { channels } = target;
  const { height, width } = sidesOf(target.resolution);
  const once = async (enlarge: boolean): Promise<{ data: Buffer; info: sharp.OutputInfo }> =>
    toTarget(sharp(input, options), target, enlarge).toBuffer({ resolveWithObject: true });
  // Asking for no enlargement first tells small images apart without reading every header twice.
  let { data, info } = await once(false);
  const upscaled = info.width !== width || info.height !== height;
  if (upscaled) ({ data, info } = await once(true));
  if (data.length !== height * width * channels)
    throw new Error(
      `expected ${height}x${width}x${channels} pixels, got ${info.height}x${info.width}x${info.channels}`,
    );
  return { pixels: data, upscaled };
}

/** `warning` also refuses JPEGs whose scan data is corrupt, which libjpeg would fill with grey. */
export const failOn = 'warning';

/**
 * Reads a file's header.
 * @returns what is wrong where it is no image that is read, in words that follow the name of the file
 */
export async function readImageHeader(bytes: Uint8Array): Promise<Metadata | UnusableImage> {
  const wrong = diagnoseOuter(bytes);
  if (wrong !== null) return { reason: wrong };
  try {
    // The size is judged by `refusedSamples`, which says what it is.
    return await sharp(bytes, { failOn, limitInputPixels: false }).metadata();
  } catch {
    return { reason: diagnoseImage(bytes) };
  }
}

/**
 * Decodes a JPEG, PNG, WebP, GIF (first frame), TIFF (one page) or AVIF file. In this order: EXIF orientation, alpha
 * composited on the background (unless `channels` is 4), centre crop to the target's aspect ratio and resize with Lanczos3, conversion to
 * 8-bit sRGB (palette, 16-bit, CMYK and embedded profiles included) or to grey. Grey is libvips's `b-w`: luminance of
 * the linear light, so that pure red becomes 127 and not the 76 of Rec. 601 luma. Float TIFFs are read where all values
 * lie in [0, 1], black to white; see `refusedSamples` for what is not read.
 *
 * @returns what is wrong where it cannot be read, in words that follow the name of the file
 */
export async function decodeImage(
  bytes: Uint8Array,
  target: TargetImage,
): Promise<DecodedImage | UnusableImage> {
  const header = await readImageHeader(bytes);
  if (isUnusable(header)) return header;
  const refused = refusedSamples(header, bytes);
  if (refused !== null) return { reason: refused };
  try {
    if (header.depth === 'float') {
      const image = await readFloats(bytes, header);
      return isUnusable(image) ? image : await decodeRaw(image, target);
    }
    const resized = isResized(header, target);
    return { ...(await decode(bytes, { failOn }, target)), resized, frames: header.pages ?? 1 };
  } catch {
    // The message of the exception may be that of another file.
    return { reason: diagnoseImage(bytes) };
  }
}

/** The same for raw pixels; those that are already as wanted are taken as they are. */
export async function decodeRaw(image: RawImage, target: TargetImage): Promise<DecodedImage> {
  const { data, width, height, channels } = image;
  if (!isResized(image, target) && channels === target.channels)
    return { pixels: data, upscaled: false, resized: false, frames: 1 };
  const decoded = await decode(data, { raw: { width, height, channels } }, target);
  return { ...decoded, resized: isResized(image, target), frames: 1 };
}

function isResized(
  { width, height }: { readonly width: number; readonly height: number },
  { resolution }: TargetImage,
): boolean {
  const wanted = sidesOf(resolution);
  return width !== wanted.width || height !== wanted.height;
}
