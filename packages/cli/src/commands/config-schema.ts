import { Flags } from '@oclif/core';
import type { JsonSchema } from '@ganymede/toolkit';
import { ToolkitCommand } from '../toolkit-command.js';

export class ConfigSchema extends ToolkitCommand {
  static override summary = 'Print the JSON schema of config files, for editors.';
  static override examples = ['<%= config.bin %> config schema > ganymede.schema.json'];
  static override flags = {
    plugin: Flags.string({
      description: 'package or path of a plugin, whose components come in',
      helpValue: '<name>',
      multiple: true,
      multipleNonGreedy: true,
    }),
  };

  async run(): Promise<JsonSchema> {
    const { flags } = await this.parse(ConfigSchema);
    const { configJsonSchema, createContainer, loadPlugins } = await import('@ganymede/toolkit');
    const schema = configJsonSchema(
      await createContainer({ plugins: await loadPlugins(flags.plugin ?? []) }),
    );
    this.log(JSON.stringify(schema, null, 2));
    return schema;
  }
}
