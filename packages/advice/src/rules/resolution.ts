import { resolutionOf, sidesOf, type Resolution } from '@ganymede/core';
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

/** A shape is proposed where so many of the images have it, and it is so far from a square. */
const shared = { least: 0.9, farther: 1.12 };

/**
 * The size whose shorter side is that of a square and whose longer one is nearest to an aspect ratio, in steps of a quarter of the
 * shorter: the networks double a base of 4 pixels by more.
 */
function shaped(shorter: number, heightOverWidth: number): Resolution {
  const step = shorter / 4;
  const longer = step * Math.round(4 * Math.max(heightOverWidth, 1 / heightOverWidth));
  return resolutionOf(
    heightOverWidth > 1 ? { height: longer, width: shorter } : { height: shorter, width: longer },
  );
}

/** The largest resolution that half of the images fill, as far as the machine goes, in the shape that nearly all of them have. */
export function chooseResolution(
  { sizes: { shorterSide, notSquare, aspect } }: Pick<DataFacts, 'sizes'>,
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
  const side = Math.min(filled, limit);
  const found =
    smallest === median
      ? `the shorter side has ${median} pixels`
      : `the shorter side has ${median} pixels in the median image, ${smallest} in the smallest`;
  const why =
    side > median
      ? 'the networks have no smaller size, so images are enlarged'
      : filled > limit
        ? `${filled} would fit, and takes a ${isAccelerated ? 'larger machine' : 'GPU'} to train in days`
        : 'the largest size of the networks that half of the images fill';
  const isShaped =
    aspect.share >= shared.least && Math.abs(Math.log(aspect.median)) >= Math.log(shared.farther);
  const percent = Math.floor(100 * aspect.share);
  const shape = isShaped
    ? `; ${percent} % of the images are ${aspect.median > 1 ? 'higher than wide' : 'wider than high'}, about ${ratioText(aspect.median)} to 1, and lose little in this shape`
    : squares;
  return {
    path,
    value: isShaped ? shaped(side, aspect.median) : side,
    basis: 'rule',
    reason: `${found}: ${why}${shape}`,
  };
}

const ratioText = (heightOverWidth: number): string =>
  Math.max(heightOverWidth, 1 / heightOverWidth).toFixed(2);
