import {
  defineComponent,
  GanymedeError,
  sidesOf,
  type Dataset,
  type DatasetOpenContext,
  type DatasetSource,
} from '@ganymede/core';
import { z } from 'zod';

const classes = ['horizontal', 'vertical'];

/** Stripes of every width, in two directions. Image i has class i % 2. */
export class Example implements DatasetSource {
  constructor(private readonly count: number) {}

  async open({ resolution, channels }: DatasetOpenContext): Promise<Dataset> {
    const { count } = this;
    const { height, width } = sidesOf(resolution);
    const size = height * width * channels;
    const labels = Int32Array.from({ length: count }, (_, i) => i % classes.length);
    const value = (i: number, y: number, x: number): number =>
      255 * (Math.floor((i % 2 === 0 ? y : x) / (2 + (i % 7))) % 2);
    const paint = (i: number): Uint8Array =>
      Uint8Array.from({ length: size }, (_, at) => {
        const pixel = Math.floor(at / channels);
        return value(i, Math.floor(pixel / width), pixel % width);
      }); // [height, width, channels]
    return {
      name: 'example',
      imageShape: { height, width, channels },
      classes,
      length: count,
      fingerprint: `example-${count}-${height}x${width}-${channels}`,
      report: { skipped: [] },
      labels: () => labels.slice(),
      read: async (indices) => {
        const images = new Uint8Array(indices.length * size);
        Array.from(indices).forEach((i, at) => {
          if (!Number.isInteger(i) || i < 0 || i >= count)
            throw new GanymedeError('BAD_INDEX', `example: expected an index below ${count}, got ${i}`, {
              kind: 'failed',
            });
          images.set(paint(i), at * size);
        });
        return images;
      },
      close: async () => undefined,
    };
  }
}

export const example = defineComponent({
  slot: 'dataset',
  id: 'example',
  summary: 'Stripes in two directions.',
  options: z.strictObject({ count: z.int().min(2).default(280).describe('images') }),
  create: ({ count }) => new Example(count),
});
