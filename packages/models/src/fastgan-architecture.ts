import { z } from 'zod';
import type { ImageShape, LayerNode } from '@ganymede/core';
import type { GluUpBlock, SkipLayerExcitation, TwoPathDownBlock } from '@ganymede/layers';
import { baseSizeOf, type BaseSize } from './base-size.js';
import { initializations } from './initialization.js';
import { networkOptions } from './network-parts.js';

/** Options of both networks; `attention` is for the other families. */
export const fastGanOptions = {
  ...networkOptions,
  channels: z
    .int()
    .positive()
    .default(64)
    .describe('width multiplier: channels of the widest maps are 16 times this'),
  initialization: z.enum(initializations).default('normal').describe('first values of the weights'),
  spectralNormEps: z
    .number()
    .positive()
    .default(1e-12)
    .describe('least norm a power-iteration vector is divided by'),
  batchNormEps: z.number().positive().default(1e-5).describe('added to variances in batch norm'),
};

/**
 * Widths in multiples of `channels`, by how often the base, 4x4 for squares, is doubled (`nfc_multi` of the authors' code).
 * D's are those of its main path, which ends at one doubling, in front of a layer that has the first.
 */
const widths = {
  generator: [16, 8, 4, 2, 2, 1, 0.5],
  discriminator: [16, 8, 4, 2, 1, 0.5, 0.25],
} as const;

interface Architecture {
  readonly base: BaseSize;
  /** @param level - doublings of the base */
  readonly channelsAt: (level: number) => number;
}

/**
 * What a network of FastGAN has for images of a size.
 * @throws UNSUPPORTED_RESOLUTION outside of three to six doublings of a base: for squares, of 32 to 256 pixels
 */
export function fastGanArchitecture(
  network: keyof typeof widths,
  imageShape: ImageShape,
  channels: number,
): Architecture {
  return {
    base: baseSizeOf(`fastgan ${network}`, imageShape, { least: 3, most: 6 }),
    channelsAt: (level) => wholeChannels(widths[network][level]! * channels),
  };
}

/** The authors' code cuts fractions off; the narrowest networks keep one channel. */
export const wholeChannels = (channels: number): number => Math.max(1, Math.floor(channels));

/** One doubling of the size, or one halving. */
export interface FastGanLevel<Block extends GluUpBlock | TwoPathDownBlock> {
  readonly block: Block;
  /** By a map of another level. */
  readonly excitation: SkipLayerExcitation | null;
}

export const levelNode = ({ block, excitation }: FastGanLevel<GluUpBlock | TwoPathDownBlock>): LayerNode => ({
  children: { ...block.children, ...(excitation && { excitation }) },
});
