import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { installWheels, requirementOf, type InstallOptions, type WheelPin } from '@ganymede/wheels';
import { platformNotSupported } from './errors.js';
import { findPlugins, pinFolder, type FoundPlugin } from './find-plugin.js';
import { partsOf, platforms, type PlatformName } from './platforms.js';

export interface InstallPluginOptions extends InstallOptions {
  /** Install it also where the machine has a plugin for this platform: the installed one is taken before that of Python. */
  readonly force?: boolean | undefined;
  readonly environment?: NodeJS.ProcessEnv;
  /** Others than the pinned ones, that of the plugin first. */
  readonly wheels?: readonly WheelPin[];
}

export interface InstalledPlugin extends FoundPlugin {
  /** False if there was one. */
  readonly installed: boolean;
}

/** What `pip download --no-deps --require-hashes --requirement FILE` reads: the wheels of a platform, for `from`. */
export const requirementsOf = (platform: PlatformName): readonly string[] =>
  platforms[platform].wheels.map(requirementOf);

/**
 * Installs the plugin of a platform with the vendor's libraries into the toolkit's cache, where `findPlugin` looks, laid out as
 * site-packages are. One that the machine has already is left in use, and nothing is installed. How, and what happens
 * when it is interrupted: `installWheels`.
 * @throws PLATFORM_NOT_SUPPORTED, and as `installWheels`
 */
export async function installPlugin(
  name: PlatformName,
  {
    force = false,
    environment = process.env,
    wheels = platforms[name].wheels,
    ...options
  }: InstallPluginOptions = {},
): Promise<InstalledPlugin> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw platformNotSupported(name, process.platform, process.arch);
  }
  const found = findPlugins(environment).find(({ platform }) => platform === name);
  if (found && (!force || found.source === 'installed')) return { ...found, installed: false };
  const platform = platforms[name];
  const isComplete = (folder: string): boolean =>
    [platform.plugin, ...platform.others].every((file) => existsSync(join(folder, file)));
  const { folder, installed } = await installWheels(
    {
      folder: pinFolder(platform.wheels[0]!, environment),
      parts: partsOf({ ...platform, wheels }),
      isComplete,
    },
    options,
  );
  return { file: join(folder, platform.plugin), source: 'installed', platform: name, installed };
}
