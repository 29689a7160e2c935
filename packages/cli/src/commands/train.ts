import { Flags } from '@oclif/core';
import { GanymedeError, type Plugin } from '@ganymede/core';
import { shownPath } from '@ganymede/progress';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { trainAsPlanned } from '../train-as-planned.js';
import { loadConfig } from '../load-config.js';
import { parseInteger } from '../parse-number.js';
import { engineFlags, recipeFlags, sourceFlags, startFlags, workerFlags } from '../run-flags.js';
import { pathFlag } from '../path-flags.js';
import { playgroundProgram } from '../playground.js';
import { ToolkitCommand } from '../toolkit-command.js';

export class Train extends ToolkitCommand {
  // Events are JSON lines here, not one object at the end.
  static override enableJsonFlag = false;
  static override summary = 'Train a GAN.';
  static override description =
    'Without a preset and a config file it trains the quickstart. It writes the run to runs/<name>: its config, events, ' +
    'sample sheets and checkpoints. Ctrl-C ends it after the current step, with a checkpoint.';
  static override examples = [
    '<%= config.bin %> train',
    '<%= config.bin %> train --data photos --name flowers',
    '<%= config.bin %> train --preset cifar10 --data cifar-10-binary.tar.gz --backend tensorflow',
    '<%= config.bin %> train --init runs/flowers --data orchids --freeze-discriminator 2',
    '<%= config.bin %> train --config recipe.yaml --set generator.channels=64 --lr-g 1e-4',
  ];
  static override flags = {
    ...sourceFlags,
    name: Flags.string({
      char: 'n',
      description: 'of the run; its folder is runs/<name>',
      helpValue: '<name>',
    }),
    run: pathFlag({ description: 'folder of the run, instead of runs/<name>', helpValue: '<folder>' }),
    resume: Flags.boolean({ description: 'go on with the run of this name or folder, if there is one' }),
    ...startFlags,
    ...recipeFlags,
    ...engineFlags,
    ...workerFlags,
    profile: Flags.string({
      description: 'steps to profile, after the first two; the files lie in <run>/profiles',
      helpValue: '<n>',
    }),
    serve: Flags.boolean({ description: 'show the run in a browser meanwhile; prints the address' }),
    json: Flags.boolean({ description: 'print events as JSON lines' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Train);
    if (flags.resume && flags.name === undefined && flags.run === undefined) {
      throw new GanymedeError('BAD_ARGUMENTS', '--resume: expected --name or --run with it, got neither', {
        kind: 'usage',
        hint: 'Or type: ganymede resume <run>',
      });
    }
    const { workerPlan } = await import('@ganymede/launcher');
    const plan = workerPlan(flags, process.env);
    const { config, plugins, impliedPreset } = await loadConfig(flags);
    const { newRunFolder, runsFolder } = await import('@ganymede/toolkit');
    const runFolder =
      flags.run ??
      (config.name === undefined ? newRunFolder(config.preset ?? 'run') : join(runsFolder, config.name));
    const resume = flags.resume && existsSync(join(runFolder, 'config.json'));
    const leads = plan.kind !== 'one' || plan.workers.rank === 0;
    if (resume && leads) await this.expectSameConfig(runFolder, config, plugins);
    const dashboard = flags.serve
      ? await (
          await import('@ganymede/dashboard')
        ).serve({
          runs: runFolder,
          port: 0,
          playground: playgroundProgram,
        })
      : null;
    const notes = [
      ...(impliedPreset === null
        ? []
        : [`preset ${impliedPreset}, since neither --preset nor --config was given`]),
      `run ${shownPath(runFolder)}`,
      ...(dashboard ? [`dashboard ${dashboard.address}`] : []),
    ];
    const profileSteps = flags.profile === undefined ? 0 : parseInteger('--profile', flags.profile, 1);
    try {
      const command = {
        argv: ['train', ...this.argv],
        run: ['--run', runFolder],
        again: flags.resume ? [] : ['--resume'],
        flags,
      };
      const request = { config, plugins, runFolder, resume, profileSteps, json: flags.json, notes };
      const code = await trainAsPlanned(plan, command, request);
      if (code !== 0) this.exit(code);
    } finally {
      await dashboard?.close();
    }
  }

  /** A command that is typed again with `--resume` must describe the run that is there. */
  private async expectSameConfig(
    runFolder: string,
    config: Awaited<ReturnType<typeof loadConfig>>['config'],
    plugins: readonly Plugin[],
  ): Promise<void> {
    const { loadRunConfig, recipeDifferences } = await import('@ganymede/toolkit');
    const { config: started } = await loadRunConfig(runFolder, [], plugins);
    const differing = recipeDifferences(started, config);
    if (differing.length === 0) return;
    const shown = differing.map(
      ({ path, before, after }) =>
        `${path}: expected ${JSON.stringify(before)}, got ${JSON.stringify(after)}`,
    );
    throw new GanymedeError(
      'RUN_CONFIG_DIFFERS',
      `${runFolder}: the run was started with another config\n${shown.join('\n')}`,
      {
        kind: 'usage',
        hint: 'Start a new run with --name, or continue with `ganymede resume`, which uses the config of the run.',
      },
    );
  }
}
