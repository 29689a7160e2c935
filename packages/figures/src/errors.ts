import { GanymedeError } from '@ganymede/core';

export function imagesDoNotFit(what: string, expected: string, got: string): GanymedeError {
  return new GanymedeError('BAD_IMAGES', `${what}: expected ${expected}, got ${got}`, { kind: 'data' });
}
