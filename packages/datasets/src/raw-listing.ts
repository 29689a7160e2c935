import type { ImageFile, ImageFiles } from '@ganymede/core';
import { decodeRaw, encodePng, type RawImage } from '@ganymede/images';
import type { ImageListing, ListedImage } from './open-images.js';

/** What a source of plain pixels holds. */
export interface RawListing {
  readonly classes: readonly string[];
  readonly images: readonly RawListed[];
  readonly notes: readonly string[];
}

export interface RawListed {
  /** Its name in messages. */
  readonly file: string;
  readonly label: number;
  readonly raw: () => RawImage;
}

/** The images to be decoded. */
export function listingOf({ classes, images, notes }: RawListing): ImageListing {
  return {
    classes,
    total: images.length,
    images: images.map(({ file, label, raw }): ListedImage => ({
      file,
      label,
      decode: async (target) => decodeRaw(raw(), target),
    })),
    skipped: [],
    notes,
  };
}

/** The images as PNG files. */
export function filesOf({ classes, images, notes }: RawListing): ImageFiles {
  return {
    classes,
    total: images.length,
    images: images.map(({ file, label, raw }): ImageFile => ({
      name: file,
      label,
      extension: 'png',
      read: async () => encodePng(raw()),
    })),
    skipped: [],
    notes,
  };
}
