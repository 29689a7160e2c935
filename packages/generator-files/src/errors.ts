import { GanymedeError } from '@ganymede/core';

export function generatorDamaged(where: string, expected: string, got: string): GanymedeError {
  return new GanymedeError('GENERATOR_DAMAGED', `${where}: expected ${expected}, got ${got}`, {
    kind: 'data',
    hint: 'Load or copy it again; if that does not help, the files must be exported or uploaded again.',
  });
}

export function generatorTooNew(address: string, version: number, known: number): GanymedeError {
  return new GanymedeError(
    'GENERATOR_TOO_NEW',
    `${address}: expected version ${known} of the format or an older one, got ${version}`,
    { kind: 'data', hint: 'Update ganymede, or in a page @ganymede/browser.' },
  );
}
