import { isProblem, type FileProblem } from '@ganymede/files';
import type { ImageSize, ImageSizesOptions } from '@ganymede/core';
import { readImageHeader, isUnusable } from '@ganymede/images';
import { badImage } from './messages.js';

/** An image whose header is to be read. */
export interface SizedImage {
  readonly file: string;
  readonly read: () => Promise<Uint8Array | FileProblem>;
}

const atATime = 16;

/**
 * The sizes that images have, as they are seen (turned as EXIF says), each once with how many have it.
 * @throws DATASET_BAD_IMAGE for a file that is none, unless such files are passed over
 */
export async function distinctSizes(
  root: string,
  images: Iterable<SizedImage> | AsyncIterable<SizedImage>,
  { skipUnusable = false }: ImageSizesOptions = {},
): Promise<readonly ImageSize[]> {
  const sizes = new Map<string, ImageSize & { readonly images: number }>();
  const unusable = (file: string, reason: string): null => {
    if (skipUnusable) return null;
    throw badImage(root, file, reason);
  };
  const sizeOf = async ({ file, read }: SizedImage): Promise<ImageSize | null> => {
    const bytes = await read();
    if (isProblem(bytes)) return unusable(file, bytes.problem);
    const header = await readImageHeader(bytes);
    if (isUnusable(header)) return unusable(file, header.reason);
    return { ...header.autoOrient, file };
  };
  const add = async (part: Promise<ImageSize | null>[]): Promise<void> => {
    for (const size of await Promise.all(part)) {
      if (size === null) continue;
      const key = `${size.width}x${size.height}`;
      const known = sizes.get(key);
      sizes.set(key, { ...(known ?? size), images: (known?.images ?? 0) + 1 });
    }
  };
  let part: Promise<ImageSize | null>[] = [];
  for await (const image of images) {
    const promise = sizeOf(image);
    // It is awaited later: until then a failure must not count as unhandled.
    promise.catch(() => undefined);
    part.push(promise);
    if (part.length < atATime) continue;
    await add(part);
    part = [];
  }
  await add(part);
  return [...sizes.values()];
}
