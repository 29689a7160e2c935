import { resolutionOf, sidesOf, type DatasetOpenContext } from '@ganymede/core';
import { z } from 'zod';
import type { LabelsFrom } from './image-layout.js';
import type { TargetImage } from '@ganymede/images';

/** Options that every dataset of decoded images has. */
export const imageOptions = {
  background: z
    .string()
    .regex(/^#[0-9a-f]{6}$/i, 'expected #rrggbb')
    .default('#ffffff')
    .describe('what shows through transparent pixels when the images have no alpha channel, #rrggbb'),
  memoryMiB: z
    .number()
    .nonnegative()
    .default(2048)
    .describe('decoded images up to this size are held in memory; larger ones are read from the cache, MiB'),
};

/** Options of data whose labels lie in folders or in a file. */
export const labelOptions = {
  labels: z
    .enum(['auto', 'folders', 'file', 'none'])
    .default('auto')
    .describe(
      'where classes come from: auto reads a file of labels that is clear, else folders; none makes one class of all images',
    ),
};

export interface LabelOptions {
  readonly labels: LabelsFrom;
}

export interface ImageOptions {
  readonly background: string;
  readonly memoryMiB: number;
}

export function targetImage(
  { background }: Pick<ImageOptions, 'background'>,
  context: DatasetOpenContext,
): TargetImage {
  const rgb = Number.parseInt(background.slice(1), 16);
  return {
    // Part of the fingerprint: a square is called the same however it was given.
    resolution: resolutionOf(sidesOf(context.resolution)),
    channels: context.channels,
    background: [rgb >> 16, (rgb >> 8) & 0xff, rgb & 0xff],
  };
}

export function memoryLimitBytes({ memoryMiB }: ImageOptions): number {
  return memoryMiB * 2 ** 20;
}
