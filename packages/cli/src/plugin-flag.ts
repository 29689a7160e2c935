import { Flags } from '@oclif/core';
import type { Plugin } from '@ganymede/core';

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

/** The plugins that `--plugin` names, loaded; a relative path starts where the user stands. */
export async function pluginsOf({
  plugin = [],
}: {
  readonly plugin?: readonly string[] | undefined;
}): Promise<readonly Plugin[]> {
  if (plugin.length === 0) return [];
  const { loadPlugins } = await import('@ganymede/toolkit');
  return loadPlugins(plugin);
}
