import { isProblem, type FileProblem } from '@ganymede/files';
import type { ImageSize } from '@ganymede/core';
import { readImageHeader, isUnusable } from '@ganymede/images';
import { badImage } from './messages.js';

/** An image whose header is to be read. */
export interface SizedImage {
  readonly file: string;
  readonly read: () => Promise<Uint8Array | FileProblem>;
}

const atATime = 16;

/**
 * The sizes that images have, as they are seen (turned as EXIF says), each once.
 * @throws DATASET_BAD_IMAGE for a file that is none
 */
export async function distinctSizes(
  root: string,
  images: Iterable<SizedImage> | AsyncIterable<SizedImage>,
): Promise<readonly ImageSize[]> {
  const sizes = new Map<string, ImageSize>();
  const sizeOf = async ({ file, read }: SizedImage): Promise<ImageSize> => {
    const bytes = await read();
    if (isProblem(bytes)) throw badImage(root, file, bytes.problem);
    const header = await readImageHeader(bytes);
    if (isUnusable(header)) throw badImage(root, file, header.reason);
    return { ...header.autoOrient, file };
  };
  const add = async (part: Promise<ImageSize>[]): Promise<void> => {
    for (const size of await Promise.all(part)) {
      const key = `${size.width}x${size.height}`;
      if (!sizes.has(key)) sizes.set(key, size);
    }
  };
  let part: Promise<ImageSize>[] = [];
  for await (const image of images) {
    part.push(sizeOf(image));
    if (part.length < atATime) continue;
    await add(part);
    part = [];
  }
  await add(part);
  return [...sizes.values()];
}
