/** Height, width and channels of an image, in that order. */
export interface ImageShape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** The size of images as configs say it: pixels a side of squares, or height and width, in the order of tensors. */
export type Resolution = number | readonly [height: number, width: number];

/** Both sides of a size, in pixels. */
export function sidesOf(resolution: Resolution): Pick<ImageShape, 'height' | 'width'> {
  const [height, width] = typeof resolution === 'number' ? [resolution, resolution] : resolution;
  return { height, width };
}

/** The one form of a size that is written down: a square is its side, so that what names data by it stays the same. */
export function resolutionOf({ height, width }: Pick<ImageShape, 'height' | 'width'>): Resolution {
  return height === width ? height : [height, width];
}

/** A size in words: `64`, or `48x32` for height 48 and width 32. */
export function resolutionText(resolution: Resolution): string {
  return typeof resolution === 'number' ? String(resolution) : resolution.join('x');
}
