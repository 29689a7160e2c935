import type { ImageShape } from '@ganymede/core';
import { architectureFor, type BaseSize } from './base-size.js';

/** Width of each block's output in multiples of `channels`; the generator's input to its first block is as wide. */
const architectures = {
  32: { generator: [4, 4, 4], first: 4, discriminator: [4, 4, 4, 4], downsampled: 2 },
  64: { generator: [16, 8, 4, 2], first: 16, discriminator: [1, 2, 4, 8, 16], downsampled: 4 },
  128: { generator: [16, 8, 4, 2, 1], first: 16, discriminator: [1, 2, 4, 8, 16, 16], downsampled: 5 },
  256: { generator: [16, 8, 8, 4, 2, 1], first: 16, discriminator: [1, 2, 4, 8, 8, 16, 16], downsampled: 6 },
  512: {
    generator: [16, 8, 8, 4, 2, 1, 1],
    first: 16,
    discriminator: [1, 1, 2, 4, 8, 8, 16, 16],
    downsampled: 7,
  },
} as const;

type Architecture = (typeof architectures)[keyof typeof architectures];

/** The widths for a size. @throws UNSUPPORTED_RESOLUTION */
export function architectureOf(
  what: string,
  imageShape: ImageShape,
): Architecture & { readonly base: BaseSize } {
  return architectureFor<Architecture>(what, imageShape, architectures);
}
