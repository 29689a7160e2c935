import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from './packed-packages.js';
import { expectSuccess } from './run-program.js';

/** The Node versions that the packages promise to run on, besides the one that runs the tests. */
export const otherNodeVersions = ['22.23.3', '24.21.0', '26.10.0'] as const;

/**
 * The executable of a Node version. Node comes from npm, as one package a platform that holds `bin/node`; it is
 * kept under dist/, so that a second run of the tests finds it.
 */
export async function nodeBinary(version: string): Promise<string> {
  if (version === process.versions.node) return process.execPath;
  const platformPackage = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const folder = join(repository, 'dist/node', version);
  const binary = join(
    folder,
    'node_modules',
    platformPackage,
    process.platform === 'win32' ? 'bin/node.exe' : 'bin/node',
  );
  if (!existsSync(binary)) {
    mkdirSync(folder, { recursive: true });
    await expectSuccess(
      'npm',
      [
        'install',
        '--prefix',
        folder,
        '--ignore-scripts',
        '--prefer-offline',
        '--no-audit',
        '--no-fund',
        '--no-save',
        '--loglevel=error',
        `${platformPackage}@${version}`,
      ],
      { cwd: folder },
    );
  }
  return binary;
}
