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
