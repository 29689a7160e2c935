import { Args } from '@oclif/core';
import type { ComponentDescription, OptionDescription } from '@ganymede/toolkit';
import { ToolkitCommand } from '../toolkit-command.js';
import { pluginFlag, pluginsOf } from '../plugin-flag.js';

export class Components extends ToolkitCommand {
  static override summary = 'List the parts that a run is made of, with their options.';
  static override examples = ['<%= config.bin %> components', '<%= config.bin %> components truncation'];
  static override args = {
    slot: Args.string({ description: 'only this kind: loss, regularizer, dataset, ...' }),
  };
  static override flags = {
    ...pluginFlag,
  };

  async run(): Promise<{ readonly components: readonly ComponentDescription[] }> {
    const { args, flags } = await this.parse(Components);
    const { createContainer, describeComponents } = await import('@ganymede/toolkit');
    const container = await createContainer({ plugins: await pluginsOf(flags) });
    const components = describeComponents(container, args.slot);
    for (const slot of new Set(components.map((component) => component.slot))) {
      this.log(slot);
      for (const component of components.filter((one) => one.slot === slot))
        this.print(component, args.slot !== undefined);
    }
    return { components };
  }

  private print(
    { id, summary, plugin, replaced, options }: ComponentDescription,
    withOptions: boolean,
  ): void {
    const instead = replaced.length > 0 ? ` (${plugin}, instead of ${replaced.at(-1)}'s)` : '';
    this.log(`  ${id.padEnd(22)} ${summary}${instead}`);
    if (withOptions) for (const option of options) this.log(`      ${describe(option)}`);
  }
}

function describe(option: OptionDescription): string {
  const value = option.required ? 'required' : `default ${JSON.stringify(option.default)}`;
  return `${option.name} (${option.type}, ${value})${option.description === null ? '' : `: ${option.description}`}`;
}
