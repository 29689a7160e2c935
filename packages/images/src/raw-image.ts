/** Pixels that need no decoder. */
export interface RawImage {
  /** uint8 [height, width, channels], row-major. */
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3 | 4;
}
