import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { pluginNotFound } from './errors.js';
import { cpuPlugins, type PluginPin } from './plugin-pins.js';

export interface FoundPlugin {
  readonly file: string;
  readonly source: 'GANYMEDE_PJRT' | 'python' | 'cache';
}

/** `$XDG_CACHE_HOME/ganymede/pjrt`, or the same under `~/.cache`: a folder a wheel, laid out as site-packages are. */
export function pluginCache(environment: NodeJS.ProcessEnv = process.env): string {
  return join(environment.XDG_CACHE_HOME || join(homedir(), '.cache'), 'ganymede', 'pjrt');
}

/** Where the files of a wheel are kept. */
export const pinFolder = (pin: PluginPin, environment?: NodeJS.ProcessEnv): string =>
  join(pluginCache(environment), `${pin.distribution}-${pin.version}`);

/** Plugins of JAX's wheels in site-packages: `jax_plugins/xla_cuda13/xla_cuda_plugin.so`, `libtpu/libtpu.so`. */
function inSitePackages(folder: string): readonly string[] {
  const plugins = join(folder, 'jax_plugins');
  const files = existsSync(plugins)
    ? readdirSync(plugins, { recursive: true, encoding: 'utf8' })
        .filter((path) => /(^|\/)\w*plugin\.so$/.test(path))
        .map((path) => join(plugins, path))
    : [];
  const tpu = join(folder, 'libtpu', 'libtpu.so');
  // Newer versions first: xla_cuda13 before xla_cuda12.
  const sorted = files.sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));
  return existsSync(tpu) ? [...sorted, tpu] : sorted;
}

/** Of the active environment, or else of the `python3` that a shell would run, which may be one of an environment too. */
function sitePackages(environment: NodeJS.ProcessEnv): readonly string[] {
  const python = (environment.PATH ?? '')
    .split(delimiter)
    .find((folder) => folder !== '' && existsSync(join(folder, 'python3')));
  const prefixes = [environment.VIRTUAL_ENV, environment.CONDA_PREFIX, python && dirname(python)];
  return [...new Set(prefixes)].filter(Boolean).flatMap((prefix) => {
    const lib = join(prefix!, 'lib');
    if (!existsSync(lib)) return [];
    return readdirSync(lib)
      .filter((name) => name.startsWith('python3'))
      .map((name) => join(lib, name, 'site-packages'))
      .filter((folder) => existsSync(folder));
  });
}

/**
 * Looks for a plugin in `GANYMEDE_PJRT` (a path), the active Python environment or that of the `python3` on the PATH if
 * JAX is in it, the toolkit's cache, in this order: what is for an accelerator comes before the one for processors.
 * @throws PLUGIN_NOT_FOUND with the places that were looked at
 */
export function findPlugin(environment: NodeJS.ProcessEnv = process.env): FoundPlugin {
  const named = environment.GANYMEDE_PJRT;
  if (named) {
    if (existsSync(named)) return { file: named, source: 'GANYMEDE_PJRT' };
    throw pluginNotFound([`GANYMEDE_PJRT (${named})`]);
  }
  const folders = sitePackages(environment);
  const [python] = folders.flatMap(inSitePackages);
  if (python !== undefined) return { file: python, source: 'python' };
  const cached = cpuPlugins
    .map((pin) => join(pinFolder(pin, environment), pin.plugin))
    .find((file) => existsSync(file));
  if (cached !== undefined) return { file: cached, source: 'cache' };
  throw pluginNotFound(['$GANYMEDE_PJRT (not set)', ...folders, pluginCache(environment)]);
}
