import { Flags } from '@oclif/core';
import type { JsonSchema } from '@ganymede/toolkit';
import { ToolkitCommand } from '../../toolkit-command.js';
import { containerOf, pluginFlag } from '../../plugin-flag.js';

export class ConfigSchema extends ToolkitCommand {
  static override summary = 'Print the JSON schema of config files, for editors.';
  static override examples = [
    '<%= config.bin %> config schema > ganymede.schema.json',
    '<%= config.bin %> config schema --sweep > sweep.schema.json',
  ];
  static override flags = {
    sweep: Flags.boolean({ description: 'the schema of sweep files instead' }),
    ...pluginFlag,
  };

  async run(): Promise<JsonSchema> {
    const { flags } = await this.parse(ConfigSchema);
    const { configJsonSchema, sweepJsonSchema } = await import('@ganymede/toolkit');
    const container = await containerOf(flags);
    const schema = flags.sweep ? sweepJsonSchema(container) : configJsonSchema(container);
    this.log(JSON.stringify(schema, null, 2));
    return schema;
  }
}
