import { backgroundOption } from '@ganymede/images';
import { z } from 'zod';
import type { LabelsFrom } from './image-layout.js';

/** Options that every dataset of decoded images has. */
export const imageOptions = {
  background: backgroundOption,
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

export function memoryLimitBytes({ memoryMiB }: ImageOptions): number {
  return memoryMiB * 2 ** 20;
}
