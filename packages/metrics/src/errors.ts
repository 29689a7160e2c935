import { GanymedeError } from '@ganymede/core';

export const badFeatureShape = (what: string, expected: string, got: string): GanymedeError =>
  new GanymedeError('BAD_FEATURE_SHAPE', `${what}: expected ${expected}, got ${got}`, {
    kind: 'failed',
    hint: 'Features are row-major, one row an image: count x size numbers.',
  });

export const nonFiniteFeature = (what: string, row: number, value: number): GanymedeError =>
  new GanymedeError('NON_FINITE_FEATURE', `${what}: expected finite features, got ${value} in row ${row}`, {
    kind: 'failed',
    hint: 'Look at the image of that row: a generator that has collapsed into NaN, or pixels out of range.',
  });

export const sizesDiffer = (what: string, real: number, fake: number): GanymedeError =>
  new GanymedeError(
    'FEATURE_SIZES_DIFFER',
    `${what}: expected features of one size, got ${real} of the real and ${fake} of the fake images`,
    {
      kind: 'data',
      hint: 'Both sets must come from one extractor; compute the reference anew with the one in use.',
    },
  );

export const tooFewImages = (what: string, least: number, got: number, why: string): GanymedeError =>
  new GanymedeError('TOO_FEW_IMAGES', `${what}: expected at least ${least} images, got ${got}`, {
    kind: 'data',
    hint: why,
  });

export const missingFeaturePart = (what: string, part: string): GanymedeError =>
  new GanymedeError('FEATURE_PART_MISSING', `${what}: expected ${part} with the features, got none`, {
    kind: 'usage',
    hint:
      part === 'labels'
        ? 'The metric compares class by class: give both sets with the class of each image.'
        : `Take an extractor that gives ${part}, such as inception-v3.`,
  });

export const oneClass = (what: string, classes: number): GanymedeError =>
  new GanymedeError('ONE_CLASS', `${what}: expected at least 2 classes, got ${classes}`, {
    kind: 'data',
    hint: 'With one class, this equals the metric over all images: use that metric instead.',
  });

export const classMissing = (what: string, label: number, set: string, got: number): GanymedeError =>
  new GanymedeError(
    'CLASS_TOO_SMALL',
    `${what}: expected at least 2 ${set} images of class ${label}, got ${got}`,
    { kind: 'data', hint: 'Give more images of that class, or leave it out of both sets.' },
  );

export const badMetricOption = (what: string, expected: string, got: unknown): GanymedeError =>
  new GanymedeError('BAD_OPTION', `${what}: expected ${expected}, got ${String(got)}`, { kind: 'usage' });

export const notConverged = (what: string): GanymedeError =>
  new GanymedeError('NOT_CONVERGED', `${what}: expected to converge, got no end after 60 rounds`, {
    kind: 'failed',
    hint: 'The matrix holds numbers near the limits of float64; look at the scale of the features.',
  });

export const badSummary = (what: string, expected: string, got: string): GanymedeError =>
  new GanymedeError('BAD_FEATURE_SUMMARY', `${what}: expected ${expected}, got ${got}`, {
    kind: 'data',
    hint: 'The cached reference is damaged or of another version: delete it, and it will be computed again.',
  });

export const singularGaussian = (rank: number, size: number): GanymedeError =>
  new GanymedeError(
    'SINGULAR_GAUSSIAN',
    `density: expected a covariance of rank ${size}, one for each number of a feature, got ${rank}`,
    { kind: 'data', hint: 'Raise the regularization, which is added to every variance.' },
  );
