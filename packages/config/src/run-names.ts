import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';

/** The folder that holds runs, below the current one. */
export const runsFolder = 'runs';

/** The folder of a run by path or by name; the path as it is where neither exists. */
export function findRun(run: string, folder = '.'): string {
  const byPath = isAbsolute(run) ? run : join(folder, run);
  const byName = join(folder, runsFolder, run);
  return !existsSync(byPath) && existsSync(byName) ? byName : byPath;
}

/** A folder for a new run: `runs/<name>`, or `runs/<name>-2` and so on if that is taken. */
export function newRunFolder(name: string, folder = '.'): string {
  for (let number = 1; ; number++) {
    const path = join(folder, runsFolder, number === 1 ? name : `${name}-${number}`);
    if (!existsSync(path)) return path;
  }
}
