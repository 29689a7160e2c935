import { GanymedeError, type SlotName } from '@ganymede/core';
import { isErrno, namingPath, writeFileSafely } from '@ganymede/files';
import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pluginFiles } from './plugin-files.js';

/** This package, from its sources and from what was built of them alike. */
const own = resolve(__dirname, '..');

const read = (file: string): string => readFileSync(join(own, file), 'utf8');

interface OwnManifest {
  readonly version: string;
  readonly peerDependencies: Readonly<Record<'@tensorflow/tfjs', string>>;
}

/** A component's options are read by the zod of core. */
interface CoreManifest {
  readonly dependencies: Readonly<Record<'zod', string>>;
}

/**
 * Writes a package with a component of a slot that builds, keeps its contract and trains.
 * @param folder - of the package; must not exist, or be empty
 * @returns paths of the files
 * @throws BAD_ARGUMENTS, FOLDER_NOT_EMPTY, CANNOT_WRITE
 */
export async function writePlugin(name: string, slot: SlotName, folder: string): Promise<readonly string[]> {
  const { version, peerDependencies } = JSON.parse(read('package.json')) as OwnManifest;
  const core = createRequire(join(own, 'package.json'))('@ganymede/core/package.json') as CoreManifest;
  const files = pluginFiles({
    name,
    slot,
    component: read(`templates/${slot}/example.ts`),
    test: read(`templates/${slot}/contract.ts`),
    versions: {
      ganymede: version,
      tfjs: peerDependencies['@tensorflow/tfjs'],
      zod: core.dependencies.zod,
    },
  });
  if ((await namesIn(folder)).length > 0) {
    throw new GanymedeError(
      'FOLDER_NOT_EMPTY',
      `${folder}: expected an empty folder, or none, got files in it`,
      {
        kind: 'usage',
        hint: 'Name another with --out.',
      },
    );
  }
  const written: string[] = [];
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, path);
    await writeFileSafely(file, text);
    written.push(file);
  }
  return written;
}

/** What lies in a folder; nothing where there is none. @throws CANNOT_WRITE for what is no folder */
function namesIn(folder: string): Promise<readonly string[]> {
  return namingPath(folder, () =>
    readdir(folder).catch((error: unknown) => {
      if (isErrno(error, 'ENOENT')) return [];
      throw error;
    }),
  );
}
