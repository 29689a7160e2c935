import { GanymedeError } from '@ganymede/core';
import { didYouMean } from '@ganymede/config';

/** Messages of measurements. */

export function tooFewReferenceImages(name: string, wanted: number, got: number): GanymedeError {
  return new GanymedeError('TOO_FEW_IMAGES', `${name}: expected ${wanted} images, got ${got}`, {
    kind: 'data',
    hint: 'Ask for fewer, or for all by leaving the number out.',
  });
}

export function evaluationStopped(done: number, total: number): GanymedeError {
  return new GanymedeError(
    'EVALUATION_STOPPED',
    `evaluation: expected ${total} images, got ${done} before it was stopped`,
    { kind: 'failed' },
  );
}

export function duplicateNumber(name: string, first: string, second: string): GanymedeError {
  return new GanymedeError(
    'DUPLICATE_NUMBER',
    `metrics: expected one to give ${name}, got ${first} and ${second}`,
    { kind: 'usage', hint: 'Evaluate twice, once with each.' },
  );
}

export function imagesOfOtherSize(what: string, expected: string, got: string): GanymedeError {
  return new GanymedeError('IMAGE_SIZES_DIFFER', `${what}: expected images of ${expected}, got ${got}`, {
    kind: 'data',
    hint: 'Set `resolution` (--resolution): both sets are cropped and resized to it, and the manifest records it.',
  });
}

export function resolutionUnknown(what: string): GanymedeError {
  return new GanymedeError(
    'RESOLUTION_UNKNOWN',
    `${what}: expected images that have a size of their own, got none to read it from`,
    {
      kind: 'usage',
      hint: 'Set `resolution` (--resolution): the pixels per side of the images, or their height and width.',
    },
  );
}

export function badThresholds(got: readonly number[]): GanymedeError {
  return new GanymedeError(
    'BAD_THRESHOLD',
    `thresholds: expected positive numbers in ascending order, got ${got.length === 0 ? 'none' : got.join(', ')}`,
    { kind: 'usage' },
  );
}

export function noEvaluations(where: string): GanymedeError {
  return new GanymedeError('NO_EVALUATIONS', `${where}: expected evaluations, got none`, {
    kind: 'missing',
    hint: 'Type: ganymede evaluate <run>',
  });
}

export function damagedEvaluation(path: string, got: string): GanymedeError {
  return new GanymedeError('EVALUATION_DAMAGED', `${path}: expected an evaluation, got ${got}`, {
    kind: 'data',
  });
}

export function unknownBest(name: string, known: readonly string[]): GanymedeError {
  return new GanymedeError(
    'UNKNOWN_NUMBER',
    `evaluate.best: expected one of ${known.join(', ')}, got ${name}`,
    { kind: 'usage', hint: `${didYouMean(name, known)}It names a number of a metric that has a better way.` },
  );
}

export const unseenPaths = (still: number, pairs: number): GanymedeError =>
  new GanymedeError(
    'PATHS_UNSEEN',
    `path length: expected images that change along their paths, got the same features in ${still} of ${pairs} pairs`,
    {
      kind: 'failed',
      hint: 'Either the generator ignores its latent (look at its samples), or the extractor rounds pixels although `unrounded` was requested: use another extractor.',
    },
  );

export const sameImages = (what: string): GanymedeError =>
  new GanymedeError('SAME_IMAGES', `${what}: expected other images than the training images, got those`, {
    kind: 'usage',
    hint: 'A classifier that is tested on its own training images scores what it memorized. Name a test split, such as cifar-10-binary.tar.gz:test, or leave --test out.',
  });

export function notTrainable(expected: string, got: string): GanymedeError {
  return new GanymedeError('NOT_TRAINABLE', `extractor: expected ${expected}, got ${got}`, {
    kind: 'data',
    hint: 'A classifier learns from images in folders, one folder for each class.',
  });
}

export const badShare = (got: number): GanymedeError =>
  new GanymedeError('BAD_SHARE', `select: expected a share above 0 and at most 1, got ${got}`, {
    kind: 'usage',
    hint: 'Half of the images is 0.5.',
  });
