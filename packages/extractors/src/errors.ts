import { GanymedeError } from '@ganymede/core';

export const badImages = (expected: string, got: string): GanymedeError =>
  new GanymedeError('BAD_IMAGES', `feature extractor: expected images of ${expected}, got ${got}`, {
    kind: 'data',
    hint: 'Choose a resizer, or convert the images to that form; first blend an alpha channel with a background.',
  });

export const badWeights = (path: string, expected: string, got: string): GanymedeError =>
  new GanymedeError('BAD_WEIGHTS', `${path}: expected a tensor ${expected}, got ${got}`, {
    kind: 'data',
    hint: 'The file is of another network or layout; see the option `layout`.',
  });

export const notClassifier = (path: string, expected: string, got: string): GanymedeError =>
  new GanymedeError('BAD_WEIGHTS', `${path}: expected a file of kind ${expected}, got ${got}`, {
    kind: 'data',
    hint: 'Train it with `ganymede data extractor train`; files of earlier versions have another format: train them again.',
  });

export const noWeightSource = (what: string): GanymedeError =>
  new GanymedeError('NO_WEIGHT_SOURCE', `${what}: expected a source of weights, got none`, {
    kind: 'failed',
    hint: 'Give the component a context with `weights`; the toolkit does.',
  });

export const notLoaded = (what: string): GanymedeError =>
  new GanymedeError('EXTRACTOR_NOT_LOADED', `${what}: expected load() before extract(), got none`, {
    kind: 'failed',
  });
