import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectSuccess } from './run-program.js';
import type { PackedPackages } from './packed-packages.js';

/**
 * Makes a folder of its own, as a user would have it, and installs tarballs (and whatever they need from the npm
 * registry) into it, with install scripts off.
 * @param folder - is created
 * @param packages - tarballs by name
 * @param extra - packages from the registry besides, by name, exact versions
 */
export async function installPackages(
  folder: string,
  packages: PackedPackages,
  extra: Readonly<Record<string, string>> = {},
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const dependencies = {
    ...Object.fromEntries(Object.entries(packages).map(([name, tarball]) => [name, `file:${tarball}`])),
    ...extra,
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }, null, 2));
  await expectSuccess(
    'npm',
    [
      'install',
      '--ignore-scripts',
      '--prefer-offline',
      '--no-audit',
      '--no-fund',
      '--no-package-lock',
      '--loglevel=error',
    ],
    { cwd: folder },
  );
}

/** A package and those of ours that it needs, by their dependencies, transitively. */
export function closureOf(
  name: string,
  packages: PackedPackages,
  dependenciesOf: (name: string) => readonly string[],
): PackedPackages {
  const found: Record<string, string> = {};
  const visit = (current: string): void => {
    const tarball = packages[current];
    if (tarball === undefined || current in found) return;
    found[current] = tarball;
    dependenciesOf(current).forEach(visit);
  };
  visit(name);
  return found;
}
