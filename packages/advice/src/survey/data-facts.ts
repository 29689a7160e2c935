import type { ComponentChoice } from '@ganymede/core';

/** The sizes of images before anything is cropped or resized. */
export interface SizeFacts {
  /** Of the shorter side, in pixels; null where images have no size of their own. */
  readonly shorterSide: {
    readonly smallest: number;
    readonly median: number;
    readonly largest: number;
  } | null;
  /** Different sizes, and images that are not square; how many images that are is null where no one counts them. */
  readonly distinct: number;
  readonly notSquare: number | null;
  /** Height over width in the median image, and the share of images, 0 to 1, within a twentieth of it. */
  readonly aspect: { readonly median: number; readonly share: number };
}

/** Copies in the data. */
export interface DuplicateFacts {
  /** Images that show what an earlier one shows. */
  readonly images: number;
  readonly groups: number;
  /** Groups whose images are of several classes. */
  readonly betweenClasses: number;
  /** The first few groups by the names of their images, those between classes first. */
  readonly examples: readonly (readonly string[])[];
}

/** What there is to know of images before they are trained on. */
export interface DataFacts {
  readonly name: string;
  readonly choice: ComponentChoice;
  /** Images that can be used. */
  readonly images: number;
  readonly classes: readonly { readonly name: string; readonly images: number }[];
  readonly sizes: SizeFacts;
  /** Images whose red, green and blue are equal everywhere. */
  readonly grey: number;
  /** Images with a pixel that is not opaque. */
  readonly transparent: number;
  /** Null where there are too many images to compare. */
  readonly duplicates: DuplicateFacts | null;
  /** Files that cannot be used, and why. */
  readonly skipped: readonly { readonly file: string; readonly reason: string }[];
  readonly notes: readonly string[];
}
