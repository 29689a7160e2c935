import { GanymedeError } from '@ganymede/core';

export const damagedTruncation = (path: string, got: string): GanymedeError =>
  new GanymedeError(
    'TRUNCATION_DAMAGED',
    `${path}: expected a threshold that \`ganymede truncate --choose\` wrote, got ${got}`,
    { kind: 'data', hint: 'Name the .json file beside truncation.csv, or choose a threshold again.' },
  );

export const truncationOfOtherStep = (path: string, step: number, wanted: number): GanymedeError =>
  new GanymedeError(
    'TRUNCATION_OF_OTHER_STEP',
    `${path}: expected a threshold that was chosen at step ${wanted}, got one of step ${step}`,
    {
      kind: 'usage',
      hint: 'Statistics belong to the weights that they were measured with: leave out the checkpoint, or choose a threshold again.',
    },
  );

export const truncationDoesNotFit = (path: string, got: string): GanymedeError =>
  new GanymedeError('TRUNCATION_DOES_NOT_FIT', `${path}: expected statistics of this generator, got ${got}`, {
    kind: 'data',
    hint: 'The threshold was chosen for another run: take the file of this one.',
  });
