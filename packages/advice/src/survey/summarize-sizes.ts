import type { ImageSize } from '@ganymede/core';
import type { SizeFacts } from './data-facts.js';

/**
 * @param sizes - each once; empty where images have no size of their own
 * @param images - of all sizes together: those of a single size whose count no one gives
 */
export function summarizeSizes(sizes: readonly ImageSize[], images: number): SizeFacts {
  if (sizes.length === 0)
    return { shorterSide: null, distinct: 0, notSquare: 0, aspect: { median: 1, share: 1 } };
  const counted = sizes.map(({ width, height, images: own }) => ({
    shorter: Math.min(width, height),
    aspect: height / width,
    images: own ?? (sizes.length === 1 ? images : null),
  }));
  const isCounted = counted.every((one) => one.images !== null);
  const weight = (own: number | null): number => (isCounted ? own! : 1);
  const byShorter = [...counted].sort((a, b) => a.shorter - b.shorter);
  const byAspect = [...counted].sort((a, b) => a.aspect - b.aspect);
  const median = weightedMedian(byAspect.map(({ aspect, images: own }) => [aspect, weight(own)]));
  const total = counted.reduce((sum, { images: own }) => sum + weight(own), 0);
  const near = counted.reduce(
    (sum, { aspect, images: own }) => sum + (isNear(aspect, median) ? weight(own) : 0),
    0,
  );
  return {
    shorterSide: {
      smallest: byShorter[0]!.shorter,
      median: weightedMedian(byShorter.map(({ shorter, images: own }) => [shorter, weight(own)])),
      largest: byShorter.at(-1)!.shorter,
    },
    distinct: sizes.length,
    notSquare: isCounted
      ? counted.reduce((sum, { aspect, images: own }) => sum + (aspect === 1 ? 0 : own!), 0)
      : null,
    aspect: { median, share: near / total },
  };
}

/** Whether cropping one aspect ratio to another loses no more than a twentieth. */
const isNear = (aspect: number, other: number): boolean =>
  Math.abs(Math.log(aspect / other)) <= Math.log(1.05);

/** The first value at which half of all images are counted. @param sorted - values and how many have them */
function weightedMedian(sorted: readonly (readonly [value: number, count: number])[]): number {
  const half = sorted.reduce((sum, [, count]) => sum + count, 0) / 2;
  let seen = 0;
  for (const [value, count] of sorted) {
    seen += count;
    if (seen >= half) return value;
  }
  return sorted.at(-1)![0];
}
