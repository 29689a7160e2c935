/** Images that a generator made. */
export interface Images {
  readonly width: number;
  readonly height: number;
  readonly count: number;
  /** RGBA, [count, height, width, 4]. */
  readonly pixels: Uint8ClampedArray<ArrayBuffer>;
  /** As the network gives them, [count, height, width, channels], meant to lie in [-1, 1]; where they were asked for. */
  readonly values: Float32Array<ArrayBuffer> | null;
  /** What it took, without waiting for requests before it. */
  readonly milliseconds: number;
}

/** One image as a canvas takes it. */
export function imageData({ width, height, pixels }: Images, index: number): ImageData {
  const size = width * height * 4;
  return new ImageData(pixels.slice(index * size, (index + 1) * size), width, height);
}
