/** Height, width and channels of an image, in that order. */
export interface ImageShape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}
