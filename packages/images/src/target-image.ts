import { resolutionOf, sidesOf, type DatasetOpenContext } from '@ganymede/core';
import { z } from 'zod';
import type { TargetImage } from './decode-image.js';

/** An option that every dataset of encoded images has. */
export const backgroundOption = z
  .string()
  .regex(/^#[0-9a-f]{6}$/i, 'expected #rrggbb')
  .default('#ffffff')
  .describe('what shows through transparent pixels when the images have no alpha channel, #rrggbb');

/** What images are brought to where they are opened so, over a background `#rrggbb`. */
export function targetImage(
  { background }: { readonly background: string },
  context: Pick<DatasetOpenContext, 'resolution' | 'channels'>,
): TargetImage {
  const rgb = Number.parseInt(background.slice(1), 16);
  return {
    // Part of the fingerprint: a square is called the same however it was given.
    resolution: resolutionOf(sidesOf(context.resolution)),
    channels: context.channels,
    background: [rgb >> 16, (rgb >> 8) & 0xff, rgb & 0xff],
  };
}
