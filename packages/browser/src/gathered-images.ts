import type { GeneratorConfig } from '@ganymede/generator-files';
import type { Images } from './images.js';
import type { GeneratedBatch } from './loaded-generator.js';

/** Batches of one request, put together as they come. */
export class GatheredImages {
  readonly pixels: Uint8ClampedArray<ArrayBuffer>;
  private readonly values: Float32Array<ArrayBuffer> | null;

  constructor(
    private readonly shape: GeneratorConfig['imageShape'],
    readonly count: number,
    hasValues: boolean,
  ) {
    const positions = count * shape.height * shape.width;
    this.pixels = new Uint8ClampedArray(positions * 4);
    this.values = hasValues ? new Float32Array(positions * shape.channels) : null;
  }

  /** @returns images that are there now, where batches come in order */
  add({ pixels, values, first }: GeneratedBatch): number {
    const { height, width, channels } = this.shape;
    this.pixels.set(pixels, first * height * width * 4);
    if (values) this.values?.set(values, first * height * width * channels);
    return first + pixels.length / (height * width * 4);
  }

  /** @param milliseconds - what they took */
  whole(milliseconds: number): Images {
    const { height, width } = this.shape;
    return { width, height, count: this.count, pixels: this.pixels, values: this.values, milliseconds };
  }
}
