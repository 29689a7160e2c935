import { readdir, realpath } from 'node:fs/promises';
import { basename, join, resolve, sep } from 'node:path';
import { isRun } from '@ganymede/checkpoints';

/** Runs of a folder by id: their names, or one run whose folder was given. */
export class RunFinder {
  /** @param folder - of runs, or of one run */
  constructor(readonly folder: string) {}

  /** Every run with its folder, by id. A folder that is gone has none. */
  async all(): Promise<readonly { readonly id: string; readonly path: string }[]> {
    if (await this.isOneRun()) return [{ id: this.ownName, path: this.folder }];
    const entries = await readdir(this.folder, { withFileTypes: true }).catch(() => []);
    const found = entries
      .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
      .map(({ name }) => ({ id: name, path: join(this.folder, name) }));
    const are = await Promise.all(found.map(({ path }) => isRun(path).catch(() => false)));
    return found.filter((_, i) => are[i]).sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** The folder of a run; null for an id that is none. */
  async path(id: string): Promise<string | null> {
    if (await this.isOneRun()) return id === this.ownName ? this.folder : null;
    // A plain name: what has a separator in it, or means a folder above, leads out of the runs.
    if (id === '' || id === '.' || id === '..' || /[\\/\0]/.test(id)) return null;
    const path = join(this.folder, id);
    return (await isRun(path).catch(() => false)) ? path : null;
  }

  private get ownName(): string {
    return basename(resolve(this.folder));
  }

  private async isOneRun(): Promise<boolean> {
    return isRun(this.folder).catch(() => false);
  }
}

/**
 * A file in a part of a run's folder; null for a name that is no plain one, or that a link leads elsewhere.
 * @param endings - that may be served
 */
export async function fileIn(folder: string, name: string, endings: RegExp): Promise<string | null> {
  if (!/^[\w][\w. -]*$/.test(name) || !endings.test(name)) return null;
  const [real, root] = await Promise.all([
    realpath(join(folder, name)).catch(() => null),
    realpath(folder).catch(() => null),
  ]);
  return real !== null && root !== null && real.startsWith(root + sep) ? real : null;
}
