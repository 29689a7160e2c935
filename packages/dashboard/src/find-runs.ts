import { readdir, realpath } from 'node:fs/promises';
import { basename, join, resolve, sep } from 'node:path';
import { isRun } from '@ganymede/checkpoints';

/** Runs of a folder by id: their names, or one run whose folder was given. */
export class RunFinder {
  /** @param folder - of runs, or of one run */
  constructor(readonly folder: string) {}

  /** Ids, by name. A folder that is gone has none. */
  async ids(): Promise<readonly string[]> {
    if (await this.isOneRun()) return [basename(resolve(this.folder))];
    const entries = await readdir(this.folder, { withFileTypes: true }).catch(() => []);
    const names = entries
      .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
      .map(({ name }) => name);
    const are = await Promise.all(names.map((name) => isRun(join(this.folder, name)).catch(() => false)));
    return names.filter((_, i) => are[i]).sort();
  }

  /** The folder of a run; null for an id that is none. */
  async path(id: string): Promise<string | null> {
    if (!(await this.ids()).includes(id)) return null;
    return (await this.isOneRun()) ? this.folder : join(this.folder, id);
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
