import { Args, Flags } from '@oclif/core';
import { slotNames } from '@ganymede/core';
import { shownPath } from '@ganymede/progress';
import { fromHere, pathFlag } from '../../path-flags.js';
import { containerOf } from '../../plugin-flag.js';
import { ToolkitCommand } from '../../toolkit-command.js';

interface NewPluginReport {
  readonly folder: string;
  readonly files: readonly string[];
}

export class PluginNew extends ToolkitCommand {
  static override summary = 'Begin a plugin: a package that builds, passes its tests and trains.';
  static override description =
    'Writes TypeScript with a small component of the slot that works, the tests of its contract, a manifest, a README and a ' +
    'licence. Put your own idea into the component.';
  static override examples = [
    '<%= config.bin %> plugin new soft-margin --slot loss',
    '<%= config.bin %> plugin new @you/ganymede-soft-margin --slot loss --out soft-margin',
  ];
  static override args = {
    name: Args.string({
      description: 'of the package; without scope the id of its component',
      required: true,
    }),
  };
  static override flags = {
    slot: Flags.string({ description: 'what it is', options: [...slotNames], required: true }),
    out: pathFlag({
      char: 'o',
      description: 'folder; <name> without scope by default',
      helpValue: '<folder>',
    }),
  };

  async run(): Promise<NewPluginReport> {
    const { args, flags } = await this.parse(PluginNew);
    const { expectNewId, expectSlot, idOf, trainingFlags, writePlugin } = await import('@ganymede/scaffold');
    const slot = expectSlot(flags.slot);
    const id = idOf(args.name);
    expectNewId(id, slot, (await containerOf({})).ids(slot));
    const folder = flags.out ?? fromHere(args.name.replace(/^@[^/]*\//, ''));
    const files = await writePlugin(args.name, slot, folder);
    for (const file of files) this.log(`wrote ${shownPath(file)}`);
    this.log(`next:       cd ${shownPath(folder)} && npm install && npm test`);
    this.log(`then:       npx ganymede train ${trainingFlags(slot, id)}`);
    return { folder, files };
  }
}
