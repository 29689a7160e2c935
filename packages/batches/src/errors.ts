import { GanymedeError } from '@ganymede/core';

export const badLoaderOption = (option: string, expected: string, got: unknown): GanymedeError =>
  new GanymedeError('BAD_OPTION', `batch loader: ${option}: expected ${expected}, got ${String(got)}`, {
    kind: 'usage',
  });

export const badLoaderState = (expected: string, got: string): GanymedeError =>
  new GanymedeError('BAD_LOADER_STATE', `batch loader: expected a saved state ${expected}, got ${got}`, {
    kind: 'data',
    hint: 'Resume with the data that the run was started with: the same files, resolution and channels.',
  });

export const loaderClosed = (): GanymedeError =>
  new GanymedeError('LOADER_CLOSED', 'batch loader: expected an open loader, got one that was closed', {
    kind: 'failed',
  });

export const assemblyFailed = (reason: string, cause?: unknown): GanymedeError =>
  new GanymedeError('BATCH_NOT_READ', `batch loader: expected the images of a batch, got: ${reason}`, {
    kind: 'failed',
    hint: 'The decoded images may have been removed during the run; resume it to have them made again.',
    ...(cause === undefined ? {} : { cause }),
  });
