import { GanymedeError, type ImageShape } from '@ganymede/core';

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

/** The widths for a resolution. @throws UNSUPPORTED_RESOLUTION */
export function architectureOf(
  what: string,
  { height, width }: ImageShape,
): (typeof architectures)[32 | 64 | 128 | 256 | 512] {
  if (height !== width || !(height in architectures)) {
    throw new GanymedeError(
      'UNSUPPORTED_RESOLUTION',
      `${what}: expected square images of ${Object.keys(architectures).join(', ')} pixels a side, got ${height}x${width}`,
      { kind: 'usage', hint: 'Set the resolution of the dataset to one of these.' },
    );
  }
  return architectures[height as keyof typeof architectures];
}
