import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { GanymedeError } from '@ganymede/core';
import { writeFileSafely, writeFolderSafely } from '@ganymede/files';

/**
 * Writes files by their paths in a folder: all of them or none.
 * @returns where they are
 * @throws EXPORT_EXISTS, DISK_FULL, CANNOT_WRITE
 */
export async function writeExport(
  out: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<readonly string[]> {
  const paths = Object.keys(files).map((name) => join(out, name));
  const taken = paths.find((path) => existsSync(path));
  if (taken !== undefined)
    throw new GanymedeError('EXPORT_EXISTS', `${taken}: expected no file there, got one`, {
      kind: 'usage',
      hint: 'Name another folder, or remove it.',
    });
  const fill = async (temporary: string): Promise<void> => {
    for (const [name, content] of Object.entries(files))
      await writeFileSafely(join(temporary, name), content);
  };
  await writeFolderSafely(out, fill);
  return paths;
}
