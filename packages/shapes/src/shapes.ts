import {
  defineComponent,
  resolutionOf,
  sidesOf,
  type Dataset,
  type DatasetOpenContext,
  type DatasetReport,
  type DatasetSource,
  type ImageShape,
  type Resolution,
} from '@ganymede/core';
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { badIndex, closed } from './errors.js';
import { renderShape } from './render-shape.js';
import { drawShapeFactors, type ShapeFactors } from './shape-factors.js';
import { shapeNames } from './shape-outlines.js';

const options = z.strictObject({
  count: z.number().int().positive().default(20_000).describe('number of images'),
  seed: z.number().int().nonnegative().default(0).describe('another seed, other images'),
  shapes: z
    .array(z.enum(shapeNames))
    .min(1)
    .refine((shapes) => new Set(shapes).size === shapes.length, 'expected each shape once')
    .default([...shapeNames])
    .describe('the classes, in the order of their labels'),
  memoryMiB: z
    .number()
    .nonnegative()
    .default(512)
    .describe(
      'rendered images are kept while they all fit in this; else they are rendered anew each time, MiB',
    ),
});

export type ShapesOptions = z.output<typeof options>;

/** Raised when the same factors give other pixels, or the same index other factors. */
const rendererVersion = 1;

/** Rendered when read, and kept where there is room. */
export class ShapesDataset implements Dataset {
  readonly name = 'shapes';
  readonly imageShape: ImageShape;
  readonly classes: readonly string[];
  readonly length: number;
  readonly fingerprint: string;
  readonly report: DatasetReport = { skipped: [] };
  private readonly imageBytes: number;
  private readonly rendered: { readonly pixels: Uint8Array; readonly done: Uint8Array } | null;
  private isClosed = false;

  constructor(
    private readonly options: ShapesOptions,
    resolution: Resolution,
    private readonly channels: 1 | 3 | 4,
  ) {
    const { count, seed, shapes, memoryMiB } = options;
    const { height, width } = sidesOf(resolution);
    this.imageShape = { height, width, channels };
    this.classes = shapes;
    this.length = count;
    this.fingerprint = createHash('sha256')
      .update(
        JSON.stringify([
          'shapes',
          rendererVersion,
          count,
          seed,
          shapes,
          resolutionOf(this.imageShape),
          channels,
        ]),
      )
      .digest('hex');
    this.imageBytes = height * width * channels;
    this.rendered =
      count * this.imageBytes <= memoryMiB * 2 ** 20
        ? { pixels: new Uint8Array(count * this.imageBytes), done: new Uint8Array(count) }
        : null;
  }

  /** What an image was made from. */
  factorsOf(index: number): ShapeFactors {
    this.check(index);
    return drawShapeFactors(this.options.seed, index, this.options.shapes);
  }

  labels(): Int32Array {
    return Int32Array.from({ length: this.length }, (_, index) => index % this.classes.length);
  }

  async read(indices: ArrayLike<number>): Promise<Uint8Array> {
    if (this.isClosed) throw closed(this.name);
    const out = new Uint8Array(indices.length * this.imageBytes);
    for (let i = 0; i < indices.length; i++) {
      const index = indices[i]!;
      const factors = this.rendered?.done[index] ? null : this.factorsOf(index);
      const target = out.subarray(i * this.imageBytes, (i + 1) * this.imageBytes);
      const kept = this.rendered?.pixels.subarray(index * this.imageBytes, (index + 1) * this.imageBytes);
      if (factors === null) target.set(kept!);
      else {
        renderShape(factors, this.imageShape, this.channels, target);
        kept?.set(target);
        if (this.rendered) this.rendered.done[index] = 1;
      }
    }
    return out;
  }

  private check(index: number): void {
    if (!Number.isInteger(index) || index < 0 || index >= this.length)
      throw badIndex(this.name, this.length, index);
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }
}

/** Needs no files. */
export class Shapes implements DatasetSource {
  constructor(private readonly options: ShapesOptions) {}

  async open(context: DatasetOpenContext): Promise<ShapesDataset> {
    return new ShapesDataset(this.options, context.resolution, context.channels);
  }
}

export const shapes = defineComponent({
  slot: 'dataset',
  id: 'shapes',
  summary: 'Procedural images of plain shapes, one class a shape, with known factors; needs no files.',
  options,
  create: (given) => new Shapes(given),
});
