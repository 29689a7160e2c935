import type { ImageSize } from '@ganymede/core';
import type { SizeFacts } from './data-facts.js';

/**
 * @param sizes - each once; empty where images have no size of their own
 * @param images - of all sizes together: those of a single size whose count no one gives
 */
export function summarizeSizes(sizes: readonly ImageSize[], images: number): SizeFacts {
  if (sizes.length === 0) return { shorterSide: null, distinct: 0, notSquare: 0, longestAspect: 1 };
  const counted = sizes.map(({ width, height, images: own }) => ({
    shorter: Math.min(width, height),
    aspect: Math.max(width, height) / Math.min(width, height),
    images: own ?? (sizes.length === 1 ? images : null),
  }));
  const isCounted = counted.every((one) => one.images !== null);
  const byShorter = [...counted].sort((a, b) => a.shorter - b.shorter);
  return {
    shorterSide: {
      smallest: byShorter[0]!.shorter,
      median: weightedMedian(byShorter.map(({ shorter, images: own }) => [shorter, isCounted ? own! : 1])),
      largest: byShorter.at(-1)!.shorter,
    },
    distinct: sizes.length,
    notSquare: isCounted
      ? counted.reduce((sum, { aspect, images: own }) => sum + (aspect === 1 ? 0 : own!), 0)
      : null,
    longestAspect: Math.max(...counted.map(({ aspect }) => aspect)),
  };
}

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
