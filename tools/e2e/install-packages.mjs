import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];

/**
 * Installs what the folder's package.json names, with install scripts off.
 * @param {string} folder
 * @param {readonly string[]} [options]
 */
export function npmInstall(folder, options = []) {
  execFileSync(
    'npm',
    ['install', '--ignore-scripts', '--prefer-offline', '--no-package-lock', ...quiet, ...options],
    { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] },
  );
}

/**
 * Makes a folder of its own, as a user would have it, and installs packages into it.
 * @param {string} folder - is created
 * @param {Readonly<Record<string, string>>} dependencies - versions or `file:` tarballs by name
 */
export function installPackages(folder, dependencies) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }, null, 2));
  npmInstall(folder);
}
