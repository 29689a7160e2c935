import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { libraryFiles } from './c-api.js';
import { TensorFlowError } from './errors.js';

/** The version that the set-up installs, and that this package is tested with. */
export const pinnedVersion = '2.21.0';

export interface FoundLibrary {
  /** Holds the two libraries. */
  readonly folder: string;
  readonly source: 'GANYMEDE_TENSORFLOW' | 'cache' | 'python';
}

/** `$XDG_CACHE_HOME/ganymede/tensorflow`, or the same under `~/.cache`. */
export function libraryCache(environment: NodeJS.ProcessEnv = process.env): string {
  return join(environment.XDG_CACHE_HOME || join(homedir(), '.cache'), 'ganymede', 'tensorflow');
}

/** Whether both files are there. */
export const holdsLibrary = (folder: string): boolean =>
  libraryFiles.every((file) => existsSync(join(folder, file)));

/** The pinned version first, then the newest. */
function cachedFolders(cache: string): string[] {
  if (!existsSync(cache)) return [];
  const others = readdirSync(cache)
    .filter((name) => /^\d+\.\d+\.\d+$/.test(name))
    .sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));
  return [pinnedVersion, ...others].map((name) => join(cache, name));
}

function pythonFolders(environment: NodeJS.ProcessEnv): string[] {
  const prefixes = [environment.VIRTUAL_ENV, environment.CONDA_PREFIX].filter((one): one is string =>
    Boolean(one),
  );
  const folders = prefixes.flatMap((prefix) => {
    const lib = join(prefix, 'lib');
    if (!existsSync(lib)) return [];
    return readdirSync(lib)
      .filter((name) => name.startsWith('python3'))
      .map((name) => join(lib, name, 'site-packages', 'tensorflow'));
  });
  if (folders.some(holdsLibrary)) return folders;
  try {
    // Finding the package's folder does not import it, which would take seconds.
    const script =
      'import importlib.util as u; s = u.find_spec("tensorflow"); print(s.submodule_search_locations[0] if s else "")';
    const found = execFileSync('python3', ['-c', script], {
      encoding: 'utf8',
      env: environment,
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 10_000,
    }).trim();
    return found ? [...folders, found] : folders;
  } catch {
    return folders;
  }
}

/**
 * Looks for the library in `GANYMEDE_TENSORFLOW`, the toolkit's cache, an active Python environment, in this order.
 * @throws LIBRARY_NOT_FOUND with the places that were looked at
 */
export function findLibrary(environment: NodeJS.ProcessEnv = process.env): FoundLibrary {
  const named = environment.GANYMEDE_TENSORFLOW;
  if (named) {
    if (holdsLibrary(named)) return { folder: named, source: 'GANYMEDE_TENSORFLOW' };
    throw new TensorFlowError(
      'LIBRARY_NOT_FOUND',
      `GANYMEDE_TENSORFLOW: expected a folder with ${libraryFiles.join(' and ')}, got ${named}`,
      { kind: 'missing', hint: 'Point it at the tensorflow folder of an installed wheel, or unset it.' },
    );
  }
  const cached = cachedFolders(libraryCache(environment));
  const inCache = cached.find(holdsLibrary);
  if (inCache) return { folder: inCache, source: 'cache' };
  const python = pythonFolders(environment);
  const inPython = python.find(holdsLibrary);
  if (inPython) return { folder: inPython, source: 'python' };
  const looked = ['$GANYMEDE_TENSORFLOW (not set)', libraryCache(environment), ...python];
  throw new TensorFlowError(
    'LIBRARY_NOT_FOUND',
    `TensorFlow library: expected it in one of ${looked.join(', ')}, got none`,
    { kind: 'missing', hint: 'Type: ganymede backend install tensorflow' },
  );
}
