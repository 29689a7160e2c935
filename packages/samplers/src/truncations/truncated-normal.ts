import type { RandomStream } from '@ganymede/core';

/**
 * One draw of N(0, 1) given that it lies in [-threshold, threshold]: what redrawing until it does gives.
 *
 * Redrawing normals takes 1 / P(|N| <= threshold) attempts, 125 at a threshold of 0.01. Below 1 a uniform proposal
 * that is accepted with probability exp(-x^2 / 2) has the same distribution and is accepted more than 85 % of the time.
 * @param threshold - above 0
 */
export function truncatedNormal(threshold: number, random: RandomStream): number {
  if (threshold >= 1) {
    for (;;) {
      const value = random.nextNormal();
      if (Math.abs(value) <= threshold) return value;
    }
  }
  for (;;) {
    const value = threshold * (2 * random.nextUniform() - 1);
    if (random.nextUniform() < Math.exp(-0.5 * value * value)) return value;
  }
}
