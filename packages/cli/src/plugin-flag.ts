import { Flags } from '@oclif/core';
import type { Plugin } from '@ganymede/core';
import type { ComponentContainer } from '@ganymede/toolkit';

/** `--plugin` of every command that opens a run, data or metrics; a test holds it. */
export const pluginFlag = {
  plugin: Flags.string({
    description:
      "package or path of a plugin, also in place of a run's that is not where it was; may be repeated",
    helpValue: '<name>',
    multiple: true,
    multipleNonGreedy: true,
  }),
};

interface PluginFlags {
  readonly plugin?: readonly string[] | undefined;
}

/** The plugins that `--plugin` names, loaded; a relative path starts where the user stands. */
export async function pluginsOf({ plugin = [] }: PluginFlags): Promise<readonly Plugin[]> {
  if (plugin.length === 0) return [];
  const { loadPlugins } = await import('@ganymede/toolkit');
  return loadPlugins(plugin);
}

/** What is registered where a command needs components and no run. */
export async function containerOf(flags: PluginFlags): Promise<ComponentContainer> {
  const { createContainer } = await import('@ganymede/toolkit');
  return createContainer({ plugins: await pluginsOf(flags) });
}
