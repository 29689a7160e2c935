import { isPath } from '@ganymede/config';
import type { Plugin } from '@ganymede/core';
import { existsSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { notAPlugin, notInConfig, pluginFailed } from '../errors.js';
import { inlinePlugins, isPlugin } from './config-module.js';
import { placeIn } from './error-place.js';
import { findPlugin, splitName } from './find-plugin.js';
import { loadModule, type LoadedModule } from './load-module.js';
import { rememberOrigin, renameOrigin } from './plugin-origin.js';
import type { RecordedPlugin } from '@ganymede/runs';
import { pluginRecords } from './run-record.js';

/** What is known of the plugins of a run besides their names. */
export interface LoadOptions {
  /** The run that names them: where it found them the last time they are looked for again. */
  readonly runFolder?: string | null;
  /** Loaded already. One that is a named one's new version, or lies elsewhere now, stands in for it. */
  readonly given?: readonly Plugin[];
}

/**
 * Loads the plugins that a config names, in order. Nothing but the named packages is looked at.
 * @param names - packages, or absolute paths of files or packages; `<file>#<plugin>` for one of a config's plugins
 * @param folders - where packages are looked for, each with the folders above it
 * @throws PLUGIN_NOT_FOUND, PLUGIN_NOT_BUILT, PLUGIN_FAILED, BAD_PLUGIN
 */
export async function loadPlugins(
  names: readonly string[],
  folders: readonly string[] = [process.cwd()],
  { runFolder = null, given = [] }: LoadOptions = {},
): Promise<readonly Plugin[]> {
  const records = pluginRecords(runFolder);
  const plugins: Plugin[] = [];
  for (const name of names) {
    const record = records.find(({ as }) => as === name);
    plugins.push(standIn(name, record, given) ?? (await loadPlugin(name, folders, record)));
  }
  return plugins;
}

async function loadPlugin(
  name: string,
  folders: readonly string[],
  record: RecordedPlugin | undefined,
): Promise<Plugin> {
  const file = placeOf(name, folders, record);
  let module: LoadedModule;
  try {
    module = await loadModule(file, name);
  } catch (cause) {
    throw pluginFailed(name, 'it failed to load', cause, placeIn(cause, file));
  }
  const plugin = pluginOf(name, module);
  rememberOrigin(plugin, name, file);
  return plugin;
}

/** A run remembers where its plugin was: it may be opened from elsewhere, and the file may have been named anew since. */
function placeOf(name: string, folders: readonly string[], record: RecordedPlugin | undefined): string {
  const before = record?.file ?? null;
  if (before === null) return findPlugin(name, folders);
  try {
    return findPlugin(name, [...folders, dirname(before)]);
  } catch (error) {
    if (existsSync(before)) return before;
    throw error;
  }
}

/** The given plugin that a name means: by the name that the plugin had in the run, or by the file's or package's own. */
function standIn(
  name: string,
  record: RecordedPlugin | undefined,
  given: readonly Plugin[],
): Plugin | undefined {
  const { path, member } = splitName(name);
  const ownName = isPath(path) ? basename(path).replace(/\.[cm]?[jt]s$/, '') : path;
  const known = record?.name ?? member ?? ownName;
  const plugin = given.find((one) => one.name === known);
  // The run's record leads from the name in its config to where the plugin is now.
  if (plugin) renameOrigin(plugin, name);
  return plugin;
}

function pluginOf(name: string, module: LoadedModule): Plugin {
  const { member } = splitName(name);
  const inline = inlinePlugins(module);
  const inner = module['default'] as { readonly plugin?: unknown } | undefined;
  const plugin =
    member === null
      ? (module['plugin'] ?? inner?.plugin ?? inner)
      : inline.find((one) => one.name === member);
  if (isPlugin(plugin)) return plugin;
  if (member !== null || inline.length > 0)
    throw notInConfig(
      name,
      inline.map((one) => one.name),
    );
  throw notAPlugin(name, Object.keys(module));
}
