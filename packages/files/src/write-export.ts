import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { GanymedeError } from '@ganymede/core';
import { writeFileSafely } from './write-file.js';
import { writeFolderSafely, type FolderOptions } from './write-folder.js';

/** What a file holds, or what writes it. */
export type ExportedFile = string | Uint8Array | ((path: string) => Promise<unknown>);

/**
 * Writes files by their paths in a folder, over nothing: all of them or none.
 * @param options - whether the folder may hold other files
 * @returns where they are, in the given order
 * @throws EXPORT_EXISTS, DISK_FULL, CANNOT_WRITE
 */
export async function writeExport(
  out: string,
  files: Readonly<Record<string, ExportedFile>>,
  options: Pick<FolderOptions, 'joins'> = {},
): Promise<readonly string[]> {
  const paths = Object.keys(files).map((name) => join(out, name));
  const taken = paths.find((path) => existsSync(path));
  if (taken !== undefined)
    throw new GanymedeError('EXPORT_EXISTS', `${taken}: expected no file there, got one`, {
      kind: 'usage',
      hint: 'Name another folder, or remove it.',
    });
  const fill = async (temporary: string): Promise<void> => {
    for (const [name, file] of Object.entries(files)) {
      const path = join(temporary, name);
      await (typeof file === 'function' ? file(path) : writeFileSafely(path, file));
    }
  };
  await writeFolderSafely(out, fill, options);
  return paths;
}
