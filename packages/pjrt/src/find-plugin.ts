import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import type { WheelPin } from '@ganymede/wheels';
import { namedNotFound, pluginNotFound } from './errors.js';
import { platformNames, platformOf, platforms, type PlatformName } from './platforms.js';

export interface FoundPlugin {
  readonly file: string;
  /** `installed`: by `installPlugin`, in the toolkit's cache. */
  readonly source: 'GANYMEDE_PJRT' | 'installed' | 'python';
  /** What it is for, as far as its name tells. */
  readonly platform: PlatformName | null;
}

/** `$XDG_CACHE_HOME/ganymede/pjrt`, or the same under `~/.cache`: a folder a platform, laid out as site-packages are. */
export function pluginCache(environment: NodeJS.ProcessEnv = process.env): string {
  return join(environment.XDG_CACHE_HOME || join(homedir(), '.cache'), 'ganymede', 'pjrt');
}

/** Where what is kept of a plugin's wheels lies; the plugin's own gives the folder its name. */
export const pinFolder = (pin: WheelPin, environment?: NodeJS.ProcessEnv): string =>
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

function installed(environment: NodeJS.ProcessEnv): readonly FoundPlugin[] {
  return platformNames
    .map((platform) => {
      const { plugin, wheels } = platforms[platform];
      return {
        file: join(pinFolder(wheels[0]!, environment), plugin),
        source: 'installed',
        platform,
      } as const;
    })
    .filter(({ file }) => existsSync(file));
}

/**
 * Every plugin of this machine in the order in which they are taken: the path in `GANYMEDE_PJRT`; what was installed into the
 * toolkit's cache; those of the active Python environment, or of the `python3` on the PATH, if JAX is in it; and the one
 * for processors, which is for tests, last.
 * @throws PLUGIN_NOT_FOUND where `GANYMEDE_PJRT` names a file that is not there
 */
export function findPlugins(environment: NodeJS.ProcessEnv = process.env): readonly FoundPlugin[] {
  const named = environment.GANYMEDE_PJRT;
  if (named && !existsSync(named)) throw namedNotFound(named);
  const ours = installed(environment);
  const pythons = sitePackages(environment)
    .flatMap(inSitePackages)
    .map((file) => ({ file, source: 'python', platform: platformOf(file) }) as const);
  return [
    ...(named ? [{ file: named, source: 'GANYMEDE_PJRT', platform: platformOf(named) } as const] : []),
    ...ours.filter(({ platform }) => platform !== 'xla-cpu'),
    ...pythons,
    ...ours.filter(({ platform }) => platform === 'xla-cpu'),
  ];
}

/**
 * The plugin that is used: the first of `findPlugins`.
 * @param platform - only one that is for this
 * @throws PLUGIN_NOT_FOUND with the places that were looked at
 */
export function findPlugin(
  environment: NodeJS.ProcessEnv = process.env,
  platform?: PlatformName,
): FoundPlugin {
  const found = findPlugins(environment).find((one) => platform === undefined || one.platform === platform);
  if (found) return found;
  const named = environment.GANYMEDE_PJRT || 'not set';
  const places = [`$GANYMEDE_PJRT (${named})`, pluginCache(environment), ...sitePackages(environment)];
  throw pluginNotFound(places, platform);
}
