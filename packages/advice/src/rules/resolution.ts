import { sidesOf, type Resolution } from '@ganymede/core';
import type { MachineFacts } from '../machine-facts.js';
import type { DataFacts } from '../survey/data-facts.js';
import type { Choice, Wishes } from './choice.js';

/** What BigGAN has widths for (arXiv:1809.11096, appendix B; the reference code for 32 and 64). */
const resolutions = [32, 64, 128, 256, 512];

/** The largest of them that a side fills; the smallest where it fills none. */
export const filledBy = (side: number): number =>
  resolutions.filter((one) => one <= side).at(-1) ?? resolutions[0]!;

/** No image is enlarged for its own sake, and no machine gets what it cannot train in days. */
const most = { processor: 64, accelerator: 128 };

/** The largest resolution that half of the images fill, as far as the machine goes. */
export function chooseResolution(
  { sizes: { shorterSide, notSquare } }: Pick<DataFacts, 'sizes'>,
  { isAccelerated }: Pick<MachineFacts, 'isAccelerated'>,
  { resolution }: Pick<Wishes, 'resolution'>,
): Choice & { readonly value: Resolution } {
  const path = 'resolution';
  const squares =
    notSquare === 0
      ? ''
      : '; images that are not square lose what lies outside of their middle square, which `resolution: [height, width]` keeps';
  if (resolution !== undefined) {
    const { height, width } = sidesOf(resolution);
    const cropped =
      height === width ? squares : '; images of another aspect ratio lose what lies outside of their middle';
    return { path, value: resolution, basis: 'asked for', reason: `as asked for${cropped}` };
  }
  if (shorterSide === null)
    return { path, value: 32, basis: 'rule', reason: 'the images have no size of their own: the smallest' };
  const { smallest, median } = shorterSide;
  const limit = isAccelerated ? most.accelerator : most.processor;
  const filled = filledBy(median);
  const value = Math.min(filled, limit);
  const found =
    smallest === median
      ? `the shorter side has ${median} pixels`
      : `the shorter side has ${median} pixels in the median image, ${smallest} in the smallest`;
  const why =
    value > median
      ? 'the networks have no smaller size, so images are enlarged'
      : filled > limit
        ? `${filled} would fit, and takes a ${isAccelerated ? 'larger machine' : 'GPU'} to train in days`
        : 'the largest size of the networks that half of the images fill';
  return { path, value, basis: 'rule', reason: `${found}: ${why}${squares}` };
}
