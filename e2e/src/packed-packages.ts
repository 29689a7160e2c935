import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expectSuccess } from './run-program.js';

/** The repository's root. */
export const repository = resolve(__dirname, '../..');

/** Tarballs by package name, as `npm publish` would send them. */
export type PackedPackages = Readonly<Record<string, string>>;

/** Packs every package and plugin of the workspace into `folder`. They must have been built. */
export async function packPackages(folder: string): Promise<PackedPackages> {
  mkdirSync(folder, { recursive: true });
  const { stdout } = await expectSuccess(
    'npm',
    ['pack', '--workspaces', '--json', '--loglevel=error', '--pack-destination', folder],
    { cwd: repository },
  );
  const packed = JSON.parse(stdout) as readonly {
    name: string;
    filename: string;
    files: { path: string }[];
  }[];
  for (const { name, files } of packed) {
    if (!files.some(({ path }) => path === 'dist/index.js')) {
      throw new Error(`npm pack ${name}: expected dist/index.js in the tarball, got none. Build first.`);
    }
  }
  return Object.fromEntries(packed.map(({ name, filename }) => [name, join(folder, filename)]));
}
