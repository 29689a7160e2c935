import { GanymedeError } from '@ganymede/core';

export function tooFewForPath(what: string, least: number, got: number): GanymedeError {
  return new GanymedeError(
    'BAD_COUNT',
    `interpolate: expected ${least} ${what} or more, and a whole number, got ${got}`,
    { kind: 'usage' },
  );
}

export function badFormat(out: string, format: string, formats: readonly string[]): GanymedeError {
  return new GanymedeError('BAD_FORMAT', `${out}: expected format ${format}, got ${formats.join(', ')}`, {
    kind: 'usage',
    hint: 'Name a folder for several formats, or for a PNG a sample.',
  });
}

export function latentsDoNotFit(path: string, expected: string, got: string): GanymedeError {
  return new GanymedeError('LATENTS_DO_NOT_FIT', `${path}: expected ${expected}, got ${got}`, {
    kind: 'data',
    hint: 'Latents belong to the generator that they were found for: `ganymede analyze project` writes them.',
  });
}

export function noImagesToCalibrate(sampler: string): GanymedeError {
  return new GanymedeError(
    'RUN_WITHOUT_DATA',
    `sampler ${sampler}: expected the images that the run was trained on, to calibrate D with, got a run that was imported without any`,
    {
      kind: 'missing',
      hint: `Import the weights with their images (ganymede import <weights> --data <images>), or take D's logits as they are: '{ use: ${sampler}, calibration: none }'.`,
    },
  );
}

export function classesAndMixture(what: string): GanymedeError {
  return new GanymedeError('BAD_ARGUMENTS', `${what}: expected classes or a mixture of them, got both`, {
    kind: 'usage',
  });
}

export function oneWalkAtATime(got: string): GanymedeError {
  return new GanymedeError('BAD_ARGUMENTS', `interpolate: expected one way to walk, got ${got}`, {
    kind: 'usage',
    hint: 'A walk to another seed is one path between two draws; one along a direction starts at each of `paths`.',
  });
}

/** @param other - what is given besides */
export function samplerDrawsLatents(other: string): GanymedeError {
  return new GanymedeError('BAD_ARGUMENTS', `sample: expected a sampler or ${other}, got both`, {
    kind: 'usage',
    hint: 'A sampler draws latents for classes, by what the discriminator says of their images.',
  });
}
