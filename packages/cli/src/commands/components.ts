import { Args } from '@oclif/core';
import type { ComponentDescription, OptionDescription, PartDescription } from '@ganymede/toolkit';
import { ToolkitCommand } from '../toolkit-command.js';
import { containerOf, pluginFlag } from '../plugin-flag.js';

interface ListedComponents {
  readonly components: readonly ComponentDescription[];
  readonly parts: readonly PartDescription[];
}

export class Components extends ToolkitCommand {
  static override summary = 'List what a run is made of: components with their options, and parts.';
  static override description =
    'A config chooses components. Parts are what the run makes of them; a plugin may replace or wrap each.';
  static override examples = [
    '<%= config.bin %> components',
    '<%= config.bin %> components truncation',
    '<%= config.bin %> components part',
  ];
  static override args = {
    slot: Args.string({ description: 'only this kind: loss, regularizer, dataset, ..., or part' }),
  };
  static override flags = {
    ...pluginFlag,
  };

  async run(): Promise<ListedComponents> {
    const { args, flags } = await this.parse(Components);
    const { describeComponents } = await import('@ganymede/toolkit');
    const container = await containerOf(flags);
    const isAll = args.slot === undefined;
    const components = args.slot === 'part' ? [] : describeComponents(container, args.slot);
    const parts = isAll || args.slot === 'part' ? container.partDescriptions : [];
    const width = Math.max(
      ...[...components.map(({ id }) => id), ...parts.map(({ name }) => name)].map((name) => name.length),
    );
    for (const slot of new Set(components.map((component) => component.slot))) {
      this.log(slot);
      for (const component of components.filter((one) => one.slot === slot))
        this.print(component, width, !isAll);
    }
    if (parts.length > 0) this.log('part');
    for (const part of parts) this.log(`  ${part.name.padEnd(width)} ${part.summary}${changesOf(part)}`);
    return { components, parts };
  }

  private print(
    { id, summary, plugin, replaced, options }: ComponentDescription,
    width: number,
    withOptions: boolean,
  ): void {
    const instead = replaced.length > 0 ? ` (${plugin}, instead of ${replaced.at(-1)}'s)` : '';
    this.log(`  ${id.padEnd(width)} ${summary}${instead}`);
    if (withOptions) for (const option of options) this.log(`      ${describe(option)}`);
  }
}

function changesOf({ replacedBy, wrappedBy }: PartDescription): string {
  const changes = [
    ...(replacedBy === null ? [] : [`made by ${replacedBy}`]),
    ...(wrappedBy.length === 0 ? [] : [`wrapped by ${wrappedBy.join(', ')}`]),
  ];
  return changes.length === 0 ? '' : ` (${changes.join('; ')})`;
}

function describe(option: OptionDescription): string {
  const value = option.required ? 'required' : `default ${JSON.stringify(option.default)}`;
  return `${option.name} (${option.type}, ${value})${option.description === null ? '' : `: ${option.description}`}`;
}
