import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isMapping } from '@ganymede/config';
import { readPackageManifest } from './package-manifest.js';
import { untilSettled } from './until-settled.js';

export type LoadedModule = Readonly<Record<string, unknown>>;

/**
 * Loads a file that a plugin or a config lies in: JavaScript as Node does, TypeScript without a build. TypeScript gets the
 * program's own copies of toolkit, core, tfjs and zod, whatever lies beside it. JavaScript gets them where it would find
 * none, as beside a program that is installed globally.
 * @param name - as the user wrote it, for messages
 * @throws what the file throws; an error for an import that never settles
 */
export async function loadModule(file: string, name: string): Promise<LoadedModule> {
  if (/\.[cm]?tsx?$/.test(file)) return transpiled(file, name);
  try {
    return await native(file, name);
  } catch (error) {
    if (!lacksShared(error)) throw error;
    return transpiled(file, name);
  }
}

/** `require` where it works, so that a plugin and whoever else requires it share one module; else `import`. */
async function native(file: string, name: string): Promise<LoadedModule> {
  try {
    return createRequire(file)(file) as LoadedModule;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Node 20 refuses to require any ES module, later versions those with a top-level await.
    if (code !== 'ERR_REQUIRE_ESM' && code !== 'ERR_REQUIRE_ASYNC_MODULE') throw error;
    return settled(import(pathToFileURL(file).href) as Promise<LoadedModule>, name);
  }
}

async function transpiled(file: string, name: string): Promise<LoadedModule> {
  const { createJiti } = await import('jiti');
  // A cache on disk would leave files in whatever folder is above.
  const jiti = createJiti(file, {
    alias: sharedModules(),
    // They run as they are; of tfjs's size a transpiler takes seconds to find that out.
    nativeModules: [...sharedPackages()],
    fsCache: false,
    interopDefault: false,
  });
  return settled(jiti.import<LoadedModule>(file), name);
}

function settled(module: Promise<LoadedModule>, name: string): Promise<LoadedModule> {
  return untilSettled(module, () => new Error(`the import of ${name} never settles`));
}

/**
 * Packages of which a process should have one copy: this one, those of its own kind that it depends on, its peers, and zod, with
 * which options are written.
 */
const sharedPackages = once((): readonly string[] => {
  const { name = '', dependencies, peerDependencies } = readPackageManifest(join(__dirname, '../..'));
  const own = Object.keys(dependencies).filter((one) => one.startsWith('@ganymede/') || one === 'zod');
  return [name, ...own, ...Object.keys(peerDependencies)];
});

/** Where what a shared package exports lies, by the name that an import has for it. */
const sharedModules = once((): Readonly<Record<string, string>> => {
  const { resolve } = createRequire(__filename);
  const found = sharedPackages().flatMap((name) =>
    entriesOf(name, resolve).flatMap((entry) => {
      try {
        return [[entry, resolve(entry)] as const];
      } catch {
        return [];
      }
    }),
  );
  return Object.fromEntries(found);
});

/** A package's name, and that of each of its further entries: `@ganymede/core`, `@ganymede/core/eager-step`, `zod/v4`. */
function entriesOf(name: string, resolve: NodeJS.RequireResolve): readonly string[] {
  const folder = (resolve.paths(name) ?? [])
    .map((modules) => join(modules, name))
    .find((one) => existsSync(join(one, 'package.json')));
  const exports = folder === undefined ? undefined : readPackageManifest(folder).exports;
  const entries = Object.keys(isMapping(exports) ? exports : {}).filter(
    (entry) => entry.startsWith('.') && !entry.endsWith('.json') && !entry.includes('*'),
  );
  return entries.length === 0 ? [name] : entries.map((entry) => name + entry.slice(1));
}

/** They do not change while a program runs. */
function once<T>(find: () => T): () => T {
  let found: { readonly value: T } | null = null;
  return () => (found ??= { value: find() }).value;
}

/** Whether a file was not loaded for want of a package that this program has. */
function lacksShared(error: unknown): boolean {
  const { code, message } = (error ?? {}) as { readonly code?: unknown; readonly message?: unknown };
  if (code !== 'MODULE_NOT_FOUND' && code !== 'ERR_MODULE_NOT_FOUND') return false;
  const missing = /^Cannot find (?:module|package) '([^']+)'/.exec(String(message))?.[1] ?? '';
  return sharedPackages().some((name) => missing === name || missing.startsWith(`${name}/`));
}
