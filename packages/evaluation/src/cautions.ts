import type { Caution } from '@ganymede/core';
import { z } from 'zod';

/** Messages beside numbers of evaluations, besides those of the metrics themselves. */

/** Cautions as files have them: those of earlier versions were sentences alone. */
export const cautionsSchema = z.array(
  z.union([
    z.object({ code: z.string(), numbers: z.array(z.string()), text: z.string() }),
    z.string().transform((text): Caution => ({ code: 'caution', numbers: [], text })),
  ]),
);

/** Every sentence once, with all numbers that it is about: metrics find the same of the same sets. */
export function mergedCautions(all: readonly Caution[]): readonly Caution[] {
  const merged = new Map<string, Caution>();
  for (const caution of all) {
    const known = merged.get(caution.text);
    const numbers = [...new Set([...(known?.numbers ?? []), ...caution.numbers])];
    merged.set(caution.text, { ...caution, numbers });
  }
  return [...merged.values()];
}

/**
 * @param what - what was not written
 * @param why - in the words of the error that names the path
 */
export const notKept = (numbers: readonly string[], what: string, why: string): Caution => ({
  code: 'not-kept',
  numbers,
  text: `${what} could not be written, so that nothing of it is kept: ${why}`,
});

/** Resamples below which the ends of a 95 % interval lie beyond the least and the greatest of them. */
const fewestResamples = 40;

export const resamplesCautions = (numbers: readonly string[], resamples: number): readonly Caution[] =>
  resamples >= fewestResamples || numbers.length === 0
    ? []
    : [
        {
          code: 'few-resamples',
          numbers,
          text: `95 % intervals of ${resamples} resamples are little more than their range: take ${fewestResamples} or more`,
        },
      ];

export const notLpips = (numbers: readonly string[]): Caution => ({
  code: 'other-features',
  numbers,
  text: 'distances of this extractor, not of LPIPS: no path length of the literature',
});

export const stillPairs = (numbers: readonly string[], still: number, pairs: number): Caution => ({
  code: 'equal-images',
  numbers,
  text: `both images of ${still} of ${pairs} pairs have the same features: the length of their paths is taken to be 0`,
});

export const seenTestImages = (numbers: readonly string[]): Caution => ({
  code: 'seen-images',
  numbers,
  text: 'the generator was trained on the held-out images too; give others with --test for a number that tells copies from new images',
});

export const fewTestImages = (numbers: readonly string[], count: number): Caution => ({
  code: 'few-images',
  numbers,
  text: `a share of ${count} images: its standard error is up to ${(50 / Math.sqrt(count)).toFixed(1)} % of them`,
});

export const unlearnedClasses = (numbers: readonly string[], accuracy: number, chance: number): Caution => ({
  code: 'by-chance',
  numbers,
  text: `the classifier of real images finds ${(100 * accuracy).toFixed(1)} % of the held-out ones, always the largest class would be ${(100 * chance).toFixed(1)} %: it learned too little to judge by; take more steps`,
});

/** @param text - what the two lists of classes have and have not in common */
export const otherClasses = (numbers: readonly string[], text: string): Caution => ({
  code: 'other-classes',
  numbers,
  text,
});

export const absentClasses = (
  numbers: readonly string[],
  what: string,
  classes: readonly string[],
): Caution => ({
  code: 'absent-classes',
  numbers,
  text: `no ${what} images of ${classes.slice(0, 8).join(', ')}${classes.length > 8 ? ` and ${classes.length - 8} more classes` : ''}`,
});
