import { GanymedeError } from '@ganymede/core';
import { didYouMean } from '@ganymede/config';

export function damagedAnalysis(path: string, expected: string, got: string): GanymedeError {
  return new GanymedeError('ANALYSIS_DAMAGED', `${path}: expected ${expected}, got ${got}`, {
    kind: 'data',
    hint: 'Delete the file, or make the analysis again with `ganymede analyze`.',
  });
}

export function badAnalysisCount(what: string, expected: string, got: number): GanymedeError {
  return new GanymedeError('BAD_COUNT', `${what}: expected ${expected}, got ${got}`, { kind: 'usage' });
}

export function latentInputsUnknown(use: string): GanymedeError {
  return new GanymedeError(
    'LATENT_INPUTS_UNKNOWN',
    `generator ${use}: expected latentInputs, which say where z enters, got none`,
    {
      kind: 'failed',
      hint: 'The generator of a plugin must list the weights that z is multiplied with, and which of their rows.',
    },
  );
}

export function unknownPlace(name: string, known: readonly string[]): GanymedeError {
  return new GanymedeError('BAD_ARGUMENTS', `places: expected some of ${known.join(', ')}, got ${name}`, {
    kind: 'usage',
    hint: didYouMean(name, known).trim() || 'They are where z enters the generator.',
  });
}

export function unknownDirection(run: string, name: string, known: readonly string[]): GanymedeError {
  const expected = known.length === 0 ? 'directions that were found' : `one of ${known.join('; ')}`;
  return new GanymedeError('UNKNOWN_DIRECTION', `${run}: expected ${expected}, got ${name}`, {
    kind: 'usage',
    hint: didYouMean(name, known).trim() || `\`ganymede analyze directions ${run}\` finds them.`,
  });
}

export function featuresNotDifferentiable(extractor: string): GanymedeError {
  return new GanymedeError(
    'FEATURES_NOT_DIFFERENTIABLE',
    `${extractor}: expected features that change with the image, got a gradient of zero`,
    {
      kind: 'failed',
      hint: 'It rounds pixels although `unrounded` was requested: use another extractor, or none.',
    },
  );
}

export function badTarget(path: string, reason: string): GanymedeError {
  return new GanymedeError('DATASET_BAD_IMAGE', `${path}: expected an image, got a file that ${reason}`, {
    kind: 'data',
    hint: 'Repair the file, or leave it out.',
  });
}
