import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GanymedeError } from '@ganymede/core';
import type { GeneratorConfig } from '@ganymede/generator-files';

/**
 * What the build put into a folder of this package, by path.
 * @param entry - a file that is there when the folder was built
 * @throws PAGES_NOT_BUILT
 */
export async function readBuilt(folder: string, entry: string): Promise<Record<string, Uint8Array>> {
  if (!existsSync(join(folder, entry)))
    throw new GanymedeError('PAGES_NOT_BUILT', `${folder}: expected the built ${entry}, got none`, {
      kind: 'missing',
      hint: 'In a clone type: npm run build',
    });
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((one) => one.isFile())
    .map((one) => join(one.parentPath, one.name).slice(folder.length + 1));
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name))] as const)),
  );
}

export const inFolder = (
  folder: string,
  files: Readonly<Record<string, Uint8Array>>,
): Record<string, Uint8Array> =>
  Object.fromEntries(Object.entries(files).map(([name, content]) => [`${folder}/${name}`, content]));

/** Bytes of weights and statistics. */
export function fetchedBytes({ weights, statistics }: GeneratorConfig): number {
  return [...weights.files, ...(statistics ? [statistics.file] : [])].reduce(
    (sum, { bytes }) => sum + bytes,
    0,
  );
}
