import { GanymedeError } from '@ganymede/core';

export const badIndex = (name: string, length: number, index: unknown): GanymedeError =>
  new GanymedeError(
    'DATASET_BAD_INDEX',
    `${name}: expected an index in [0, ${length}), got ${String(index)}`,
    { kind: 'failed' },
  );

export const closed = (name: string): GanymedeError =>
  new GanymedeError('DATASET_CLOSED', `${name}: expected an open dataset, got one that was closed`, {
    kind: 'failed',
  });
