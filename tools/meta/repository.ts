import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The repository's root. */
export const repository = resolve(__dirname, '../..');

/** What a package.json may hold, as far as the rules look at it. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly description?: string;
  readonly license?: string;
  readonly repository?: Readonly<Record<string, string>>;
  readonly type?: string;
  readonly sideEffects?: boolean;
  readonly main?: string;
  readonly types?: string;
  readonly bin?: Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly files?: readonly string[];
  readonly engines?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly nx?: { readonly tags?: readonly string[] };
}

export interface WorkspacePackage {
  /** Relative to the repository's root, e.g. `packages/core`. */
  readonly folder: string;
  readonly manifest: Manifest;
}

export function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(repository, folder, 'package.json'), 'utf8')) as Manifest;
}

/** Every package and plugin of the workspace. */
export function workspacePackages(): readonly WorkspacePackage[] {
  return ['packages', 'plugins'].flatMap((parent) =>
    readdirSync(join(repository, parent))
      .filter((name) => existsSync(join(repository, parent, name, 'package.json')))
      .map((name) => ({ folder: `${parent}/${name}`, manifest: readManifest(`${parent}/${name}`) })),
  );
}

/** The files that git keeps, relative to the root; those deleted in the work tree are left out. */
export function trackedFiles(): readonly string[] {
  return execFileSync('git', ['ls-files', '-z'], { cwd: repository, encoding: 'utf8', maxBuffer: 1 << 26 })
    .split('\0')
    .filter((file) => file.length > 0 && existsSync(join(repository, file)));
}

export function readText(file: string): string {
  return readFileSync(join(repository, file), 'utf8');
}
