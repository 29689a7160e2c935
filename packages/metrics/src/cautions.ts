import type { Caution } from '@ganymede/core';

/** Messages beside numbers: what their reader must know. Each says what was found, how often, and what follows. */

export type SetName = 'real' | 'generated';

/** The numbers of a set's images. */
export interface CountedSet {
  readonly name: SetName;
  readonly count: number;
}

const counted = (sets: readonly CountedSet[]): string =>
  sets.map(({ name, count }) => `${count} ${name}`).join(' and ');

const listed = (labels: readonly number[]): string =>
  `${labels.length === 1 ? 'class' : 'classes'} ${labels.slice(0, 8).join(', ')}${labels.length > 8 ? ` and ${labels.length - 8} more` : ''}`;

export const fewForCovariance = (
  numbers: readonly string[],
  sets: readonly CountedSet[],
  size: number,
): Caution => ({
  code: 'few-images',
  numbers,
  text: `${counted(sets)} images for features of ${size} numbers: the covariance is singular and the distance far too large; compare it only with numbers of the same count`,
});

export const fewOfClass = (
  numbers: readonly string[],
  label: number,
  { name, count }: CountedSet,
  size: number,
): Caution => ({
  code: 'few-images',
  numbers,
  text: `class ${label} has ${count} ${name} images for features of ${size} numbers: covariances of classes are singular and distances far too large; compare them only with numbers of the same counts`,
});

export const fewPairs = (
  numbers: readonly string[],
  label: number,
  { name, count }: CountedSet,
): Caution => ({
  code: 'few-images',
  numbers,
  text: `class ${label} has ${count} ${name} images: the mean distance of so few pairs moves much from draw to draw`,
});

export const fewNeighbours = (
  numbers: readonly string[],
  k: number,
  sets: readonly CountedSet[],
): Caution => ({
  code: 'few-images',
  numbers,
  text: `balls to neighbour ${k} among ${counted(sets)} images cover much of their set; compare only with numbers of the same counts`,
});

export const fewForSplits = (numbers: readonly string[], perSplit: number, classes: number): Caution => ({
  code: 'few-images',
  numbers,
  text: `splits of ${perSplit} images for ${classes} classes: the score cannot exceed ${perSplit} and is far too low; compare it only with numbers of the same count`,
});

export const equalImages = (
  numbers: readonly string[],
  sets: readonly CountedSet[],
  ofClasses: readonly number[] = [],
): Caution => ({
  code: 'equal-images',
  numbers,
  text:
    ofClasses.length > 0
      ? `all ${sets[0]!.name} images of ${listed(ofClasses)} have the same features`
      : `all ${counted(sets)} images have the same features${sets.length > 1 ? ' as the others of their set' : ''}`,
});

export const repeatedImages = (
  numbers: readonly string[],
  { name, count }: CountedSet,
  distinct: number,
): Caution => ({
  code: 'repeated-images',
  numbers,
  text: `${count - distinct} of ${count} ${name} images repeat the features of another one`,
});

export const sharedImages = (numbers: readonly string[], shared: number, count: number): Caution => ({
  code: 'same-images',
  numbers,
  text: `${shared} of ${count} generated images have exactly the features of a real one: the sets share images`,
});

export const sameMoments = (numbers: readonly string[]): Caution => ({
  code: 'same-images',
  numbers,
  text: 'both sets have the same mean and covariance: they are the same images',
});

export const constantFeatures = (
  numbers: readonly string[],
  { name, count }: CountedSet,
  constant: number,
  size: number,
): Caution => ({
  code: 'constant-features',
  numbers,
  text: `${constant} of ${size} features are the same for all ${count} ${name} images: they tell nothing of their variety`,
});

export const emptyBalls = (
  numbers: readonly string[],
  empty: number,
  { name, count }: CountedSet,
  k: number,
): Caution => ({
  code: 'empty-balls',
  numbers,
  text: `${empty} of ${count} ${name} images have ${k} copies or more: their balls have radius 0, nothing lies in them${empty === count ? ', and no image whatever could count' : ''}`,
});

export const noDeviation = (numbers: readonly string[], parts: string): Caution => ({
  code: 'no-deviation',
  numbers,
  text: `no deviation without at least 2 ${parts}`,
});

export const overlappingSubsets = (
  numbers: readonly string[],
  subset: number,
  sets: readonly CountedSet[],
): Caution => ({
  code: 'overlapping-subsets',
  numbers,
  text: `subsets of ${subset} of ${counted(sets)} images share most of them: the deviation is far too small`,
});

export const equalScores = (numbers: readonly string[]): Caution => ({
  code: 'equal-images',
  numbers,
  text: 'all images of a split have the same class scores: 1 is the least that the score can be',
});

export const noSpread = (numbers: readonly string[], labels: readonly number[], all: boolean): Caution => ({
  code: 'no-spread',
  numbers,
  text: all
    ? 'the real images of every class have the same features: there is no ratio to their spread'
    : `the real images of ${listed(labels)} have the same features: ratios are over the other classes`,
});

export const fewForLine = (numbers: readonly string[], least: number, size: number): Caution => ({
  code: 'few-images',
  numbers,
  text: `subsets from ${least} images on for features of ${size} numbers: the bias is no straight line there; raise \`least\``,
});

export const shortLine = (numbers: readonly string[], least: number, most: number): Caution => ({
  code: 'short-line',
  numbers,
  text: `a line through subsets of ${least} to ${most} images, drawn on to infinitely many: take at least twice as many images as \`least\``,
});

export const belowZero = (numbers: readonly string[]): Caution => ({
  code: 'below-zero',
  numbers,
  text: 'the line meets infinitely many images below 0, which no distance is',
});
