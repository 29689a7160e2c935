import type { RegisteredPreset } from '@ganymede/core';
import { containerOf, pluginFlag } from '../../plugin-flag.js';
import { ToolkitCommand } from '../../toolkit-command.js';

export class ConfigPresets extends ToolkitCommand {
  static override summary = 'List the recipes that a config can start from.';
  static override examples = [
    '<%= config.bin %> config presets',
    '<%= config.bin %> config presets --plugin ./my-recipes.js',
  ];
  static override flags = { ...pluginFlag };

  async run(): Promise<{ readonly presets: readonly RegisteredPreset[] }> {
    const { flags } = await this.parse(ConfigPresets);
    const { builtinPlugins } = await import('@ganymede/toolkit');
    const { presets } = await containerOf(flags);
    const builtIn = builtinPlugins.map(({ name }) => name);
    const width = Math.max(...presets.map(({ id }) => id.length));
    for (const { id, summary, plugin } of presets)
      this.log(`${id.padEnd(width)}  ${summary}${builtIn.includes(plugin) ? '' : ` (${plugin})`}`);
    return { presets };
  }
}
