import type { Plugin } from '@ganymede/core';
import { badConfig, expectPlainDocument, isMapping, type ConfigDocument } from '@ganymede/config';
import { relative } from 'node:path';
import { configFailed } from '../errors.js';
import { placeIn } from './error-place.js';
import { loadModule, type LoadedModule } from './load-module.js';

/** A config that is written as a program: the keys of a config file, and plugins as objects besides names. */
export type ConfigDefinition = Omit<ConfigDocument, 'plugins'> & {
  readonly plugins?: readonly (string | Plugin)[];
};

/**
 * The default export of a `ganymede.config.ts`. It returns what it is given: the type is what it is for.
 * Values are data, as in YAML; of functions only plugins are taken.
 */
export function defineConfig(config: ConfigDefinition): ConfigDefinition {
  return config;
}

/** Whether something is a plugin by its form; its version is told where it registers. */
export function isPlugin(value: unknown): value is Plugin {
  const { name, register } = (value ?? {}) as Readonly<Record<string, unknown>>;
  return typeof name === 'string' && typeof register === 'function';
}

/** The plugins that a config's module has as objects. */
export function inlinePlugins(module: LoadedModule): readonly Plugin[] {
  const config = module['default'];
  const plugins = isMapping(config) ? config['plugins'] : undefined;
  return Array.isArray(plugins) ? plugins.filter(isPlugin) : [];
}

/**
 * Loads a config file that is a program.
 * @returns data alone: plugin objects have become names, `<file>#<plugin>`, by which they are found again
 * @throws CONFIG_FAILED for what it throws or never settles, BAD_CONFIG naming the key of a value that is no data
 */
export async function importConfig(file: string): Promise<unknown> {
  const where = relative('.', file) || file;
  let module: LoadedModule;
  try {
    module = await loadModule(file, where);
  } catch (cause) {
    throw configFailed(where, cause, placeIn(cause, file));
  }
  if (!('default' in module) || module['default'] === undefined) {
    const names = Object.keys(module).filter((name) => name !== 'default');
    throw badConfig(
      where,
      'a default export, made by defineConfig',
      names.length > 0 ? names.join(', ') : 'no exports',
    );
  }
  const config = module['default'];
  if (!isPlainMapping(config))
    throw badConfig(where, 'a default export that is a mapping of options', kind(config));
  const { plugins, ...data } = config;
  expectPlainDocument(data, where);
  return plugins === undefined ? data : { ...data, plugins: namesOf(plugins, file, where) };
}

function namesOf(plugins: unknown, file: string, where: string): unknown {
  // What is no list is left for the schema to refuse.
  if (!Array.isArray(plugins)) return plugins;
  const names = plugins.map((plugin: unknown, i) => {
    if (typeof plugin === 'string') return plugin;
    if (!isPlugin(plugin))
      throw badConfig(where, `the name or the object of a plugin in plugins.${i}`, kind(plugin));
    return `${file}#${plugin.name}`;
  });
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined)
    throw badConfig(where, 'each plugin once', `${twice.replace(`${file}#`, '')} in plugins twice`);
  return names;
}

/** Whether a value is a mapping and no instance of a class: a promise has no options. */
function isPlainMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return isMapping(value) && className(value) === 'Object';
}

function className(value: object): string {
  return (value.constructor as { readonly name?: string } | undefined)?.name ?? 'Object';
}

/** What a value is, in words. */
function kind(value: unknown): string {
  if (value === null || typeof value !== 'object') return value === null ? 'null' : `a ${typeof value}`;
  if (Array.isArray(value)) return 'a list';
  const name = className(value);
  return name === 'Object' ? `a mapping of ${Object.keys(value).join(', ') || 'nothing'}` : `a ${name}`;
}
