import { Flags } from '@oclif/core';
import { imagesReaderOf } from '../images-at.js';
import { assignmentsOf, engineFlags, workerFlags } from '../run-flags.js';
import { trainAsPlanned } from '../train-as-planned.js';
import { imagesFlag } from '../path-flags.js';
import { runArg } from '../open-run.js';
import { ToolkitCommand } from '../toolkit-command.js';
import { pluginFlag, pluginsOf } from '../plugin-flag.js';

export class Resume extends ToolkitCommand {
  static override enableJsonFlag = false;
  static override summary = 'Go on with a run from its newest checkpoint.';
  static override description =
    'A run that was stopped and resumed computes what it would have computed without the stop. It uses its own ' +
    'config; changes made here hold until it ends, and a note lists them.';
  static override examples = [
    '<%= config.bin %> resume runs/quickstart',
    '<%= config.bin %> resume quickstart --steps 5000',
  ];
  static override args = { run: runArg };
  static override flags = {
    ...pluginFlag,
    data: imagesFlag({
      char: 'd',
      description: 'training images, for a run that was imported without any',
    }),
    steps: Flags.string({ description: 'generator steps of the whole run', helpValue: '<n>' }),
    ...engineFlags,
    ...workerFlags,
    json: Flags.boolean({ description: 'print events as JSON lines' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Resume);
    const toolkit = await import('@ganymede/toolkit');
    const { configDifferences, findRun, loadRunConfig } = toolkit;
    const runFolder = findRun(args.run);
    const assign = (given: Readonly<Record<string, unknown>>) => assignmentsOf(given, toolkit, readImages);
    const given = await pluginsOf(flags);
    const readImages = flags.data === undefined ? undefined : await imagesReaderOf(given);
    // An imported run has no data of its own, and is no whole config without.
    const { config: started } = await loadRunConfig(runFolder, assign({ data: flags.data }), given);
    const { config, plugins } = await loadRunConfig(runFolder, assign(flags), given);
    const notes = configDifferences(started, config).map(
      ({ path, before, after }) => `${path}: ${JSON.stringify(after)} instead of ${JSON.stringify(before)}`,
    );
    const { workerPlan } = await import('@ganymede/launcher');
    const plan = workerPlan(flags, process.env);
    const command = { argv: ['resume', ...this.argv], run: [], again: [], flags };
    const request = { config, plugins, runFolder, resume: true, json: flags.json, notes };
    const code = await trainAsPlanned(plan, command, request);
    if (code !== 0) this.exit(code);
  }
}
