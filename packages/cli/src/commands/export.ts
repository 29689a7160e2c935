import { Args, Flags } from '@oclif/core';
import type { ExportFormat, ExportResult } from '@ganymede/toolkit';
import { parseInteger } from '../parse-number.js';
import { shownPath } from '../progress/format.js';
import { pathFlag } from '../path-flags.js';
import { ToolkitCommand } from '../toolkit-command.js';

const checkpointOf = (text: string): 'latest' | number =>
  text === 'latest' ? text : parseInteger('--checkpoint', text, 0);

export class Export extends ToolkitCommand {
  static override summary = "Write a run's networks for other programs.";
  static override description =
    'biggan-pytorch: G.pth, D.pth and G_ema.pth that torch loads, with the flags of their networks in config.json. ' +
    'safetensors: a file for each network in the names and layouts of this toolkit, with the config of the run.';
  static override examples = [
    '<%= config.bin %> export quickstart --to biggan-pytorch --out weights',
    '<%= config.bin %> export quickstart --to safetensors --out weights',
    '<%= config.bin %> export cifar10 --to safetensors --out weights --truncation runs/cifar10/truncation/cifar10-best-fid.json',
  ];
  static override args = {
    run: Args.string({ description: 'folder of the run, or its name below runs/', required: true }),
  };
  static override flags = {
    to: Flags.string({
      description: 'what reads it',
      options: ['biggan-pytorch', 'safetensors'],
      required: true,
    }),
    out: pathFlag({ char: 'o', description: 'folder', helpValue: '<folder>', required: true }),
    checkpoint: Flags.string({
      description: 'latest or a step; the latest by default, with --truncation the one that it was chosen at',
      helpValue: '<which>',
    }),
    truncation: pathFlag({
      description: 'threshold that `truncate --choose` wrote: its statistics become the generator’s',
      helpValue: '<file>',
    }),
  };

  async run(): Promise<ExportResult> {
    const { args, flags } = await this.parse(Export);
    const { exportRun, findRun } = await import('@ganymede/toolkit');
    const result = await exportRun({
      run: findRun(args.run),
      to: flags.to as ExportFormat,
      out: flags.out,
      ...(flags.checkpoint !== undefined && { checkpoint: checkpointOf(flags.checkpoint) }),
      ...(flags.truncation !== undefined && { truncation: flags.truncation }),
    });
    for (const file of result.files) this.log(`wrote ${shownPath(file)}`);
    return result;
  }
}
