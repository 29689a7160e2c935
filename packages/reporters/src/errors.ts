import { GanymedeError } from '@ganymede/core';

/** Every message of this package. */

export function needsRunFolder(reporter: string): GanymedeError {
  return new GanymedeError(
    'NO_RUN_FOLDER',
    `reporter ${reporter}: expected a run folder or an absolute path, got neither`,
    { kind: 'usage', hint: 'Give the reporter a path.' },
  );
}
