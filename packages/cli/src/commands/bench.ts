import { Flags } from '@oclif/core';
import { benchLines } from '@ganymede/progress';
import type { BenchReport } from '@ganymede/toolkit';
import { loadConfig } from '../load-config.js';
import { parseInteger } from '../parse-number.js';
import { engineFlags, recipeFlags, sourceFlags } from '../run-flags.js';
import { ToolkitCommand } from '../toolkit-command.js';

export class Bench extends ToolkitCommand {
  static override summary = 'Measure the parts of a run on this machine.';
  static override description =
    'Steps, sampling, data and checkpoints of a config; operations are counted from the unfused mathematics and ' +
    'compared with the fastest matrix product or convolution that the machine does. Nothing is kept.';
  static override examples = [
    '<%= config.bin %> bench',
    '<%= config.bin %> bench --preset cifar10 --data cifar-10-binary.tar.gz --precision bfloat16 --json',
    '<%= config.bin %> bench --set objectives=[consistency] --set augmentation=diff-augment --tricks',
  ];
  static override flags = {
    ...sourceFlags,
    ...recipeFlags,
    ...engineFlags,
    repeat: Flags.string({ description: 'steps to measure', default: '5', helpValue: '<n>' }),
    tricks: Flags.boolean({
      description: 'what the augmentation, each penalty and each objective cost: the steps again without it',
    }),
  };

  async run(): Promise<BenchReport> {
    const { flags } = await this.parse(Bench);
    const steps = parseInteger('--repeat', flags.repeat, 1);
    const { config, plugins } = await loadConfig(flags);
    const { bench } = await import('@ganymede/toolkit');
    const report = await bench({
      config,
      plugins,
      steps,
      tricks: flags.tricks,
      onEvent: (text) => this.logToStderr(text),
    });
    for (const line of benchLines(report)) this.log(line);
    return report;
  }
}
