import { Flags } from '@oclif/core';
import { GanymedeError } from '@ganymede/core';
import { resolve } from 'node:path';

/** The one rule for paths on the command line: a relative one starts where the user stands. @throws BAD_ARGUMENTS */
export function fromHere(path: string): string {
  if (path === '')
    throw new GanymedeError('BAD_ARGUMENTS', 'path: expected a path, got an empty text', { kind: 'usage' });
  return resolve(path);
}

/** What `pathFlag` parses with; a test asks every flag that takes a path for it. */
export const parsePath = (path: string): Promise<string> => Promise.resolve(fromHere(path));

/** A flag for a file or a folder: the command gets an absolute path, whatever it resolves others against. */
export const pathFlag = Flags.custom({ parse: parsePath, helpValue: '<path>' });

/** A flag for images, which `imagesAt` reads: a path, or a dataset component. */
export const imagesFlag = Flags.custom({ helpValue: '<images>' });

/** A flag for a run: a folder, or the name of one below runs/. */
export const runFlag = Flags.custom({
  helpValue: '<run>',
  parse: async (run) => {
    const { findRun } = await import('@ganymede/toolkit');
    return fromHere(findRun(run));
  },
});
