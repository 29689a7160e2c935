import { writeFileSafely } from '@ganymede/files';
import type { ImageShape } from '@ganymede/core';
import { markAsSheet, withPngText } from '@ganymede/images';
import sharp from 'sharp';
import { imagesDoNotFit } from './errors.js';

/** sharp's channel counts. */
type PngChannels = 1 | 3 | 4;

function countImages(what: string, images: Uint8Array, { height, width, channels }: ImageShape): number {
  const size = height * width * channels;
  if (channels !== 1 && channels !== 3 && channels !== 4)
    throw imagesDoNotFit(what, '1, 3 or 4 channels', String(channels));
  if (images.length === 0 || images.length % size !== 0)
    throw imagesDoNotFit(
      what,
      `whole images of ${height}x${width}x${channels} bytes`,
      `${images.length} bytes`,
    );
  return images.length / size;
}

function encode(pixels: Uint8Array, { height, width, channels }: ImageShape): Promise<Buffer> {
  const raw = { width, height, channels: channels as PngChannels };
  const image = sharp(pixels, { raw });
  // sharp makes RGB of grey images unless it is told.
  return (channels === 1 ? image.toColourspace('b-w') : image).png().toBuffer();
}

/**
 * Images side by side, without gaps, row after row; what is missing in the last row is black.
 * @param images - uint8 [N, H, W, C]
 * @param columns - images a row
 * @returns columns * W by ceil(N / columns) * H pixels
 * @throws BAD_IMAGES
 */
export function sheetPixels(
  images: Uint8Array,
  shape: ImageShape,
  columns: number,
): { readonly pixels: Uint8Array; readonly shape: ImageShape } {
  const count = countImages('sheet', images, shape);
  if (!Number.isInteger(columns) || columns < 1)
    throw imagesDoNotFit('sheet', 'one column or more', String(columns));
  const { height, width, channels } = shape;
  const rows = Math.ceil(count / columns);
  const lineBytes = width * channels;
  const sheet = new Uint8Array(rows * columns * height * lineBytes);
  if (channels === 4) for (let alpha = 3; alpha < sheet.length; alpha += 4) sheet[alpha] = 255;
  for (let i = 0; i < count; i++) {
    const column = i % columns;
    const row = Math.floor(i / columns);
    for (let y = 0; y < height; y++) {
      const from = (i * height + y) * lineBytes;
      const line = images.subarray(from, from + lineBytes);
      sheet.set(line, ((row * height + y) * columns + column) * lineBytes);
    }
  }
  return { pixels: sheet, shape: { height: rows * height, width: columns * width, channels } };
}

/** The keyword of the text in a PNG that says how its images were made. */
const keyword = 'ganymede';

/**
 * {@link sheetPixels} as a PNG that says what it is, so that it may lie beside samples.
 * @param manifest - how the images were made, as a text in the PNG; none if absent
 */
export async function sheetPng(
  images: Uint8Array,
  shape: ImageShape,
  columns: number,
  manifest?: string,
): Promise<Buffer> {
  const sheet = sheetPixels(images, shape, columns);
  return markAsSheet(told(await encode(sheet.pixels, sheet.shape), manifest));
}

const told = (png: Buffer, manifest: string | undefined): Buffer =>
  manifest === undefined ? png : withPngText(png, keyword, manifest);

/** Writes {@link sheetPng} to a file. */
export async function writeSheet(
  path: string,
  images: Uint8Array,
  shape: ImageShape,
  columns: number,
  manifest?: string,
): Promise<void> {
  await writeFileSafely(path, await sheetPng(images, shape, columns, manifest));
}

/**
 * Each image as a PNG of its own, in order.
 * @param images - uint8 [N, H, W, C]
 * @param manifestOf - how an image was made, as a text in its PNG; none if absent
 * @throws BAD_IMAGES
 */
export async function* imagePngs(
  images: Uint8Array,
  shape: ImageShape,
  manifestOf?: (image: number) => string,
): AsyncGenerator<Buffer, void, undefined> {
  const count = countImages('images', images, shape);
  const size = images.length / count;
  for (let i = 0; i < count; i++)
    yield told(await encode(images.subarray(i * size, (i + 1) * size), shape), manifestOf?.(i));
}
