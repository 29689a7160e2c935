import { Flags } from '@oclif/core';
import { shownPath } from '@ganymede/progress';
import type { ExportFormat, ExportResult } from '@ganymede/toolkit';
import { basename, resolve } from 'node:path';
import { parseInteger } from '../parse-number.js';
import { pathFlag } from '../path-flags.js';
import { runArg } from '../open-run.js';
import { ToolkitCommand } from '../toolkit-command.js';

const checkpointOf = (text: string): 'latest' | number =>
  text === 'latest' ? text : parseInteger('--checkpoint', text, 0);

/** What the formats of a generator alone are told. */
interface GeneratorFlags {
  readonly out: string;
  readonly ema: boolean;
  readonly statistics: boolean;
  readonly checkpoint?: string | undefined;
  readonly truncation?: string | undefined;
  readonly license?: string | undefined;
}

export class Export extends ToolkitCommand {
  static override summary = "Write a run's networks for other programs.";
  static override description =
    'biggan-pytorch: G.pth, D.pth and G_ema.pth that torch loads, with the flags of their networks in config.json. ' +
    'safetensors: a file for each network in the names and layouts of this toolkit, with the config of the run. ' +
    'web: a static page with a playground, which any server can serve; the generator runs in the visitor’s browser. ' +
    'onnx: the generator as a model that onnxruntime and others run, with its card.';
  static override examples = [
    '<%= config.bin %> export quickstart --to biggan-pytorch --out weights',
    '<%= config.bin %> export quickstart --to safetensors --out weights',
    '<%= config.bin %> export quickstart --to web --out page',
    '<%= config.bin %> export quickstart --to onnx --out model',
    '<%= config.bin %> export cifar10 --to safetensors --out weights --truncation runs/cifar10/truncation/cifar10-best-fid.json',
  ];
  static override args = { run: runArg };
  static override flags = {
    to: Flags.string({
      description: 'what reads it',
      options: ['biggan-pytorch', 'onnx', 'safetensors', 'web'],
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
    ema: Flags.boolean({
      description: 'for web and onnx: weights of the moving average',
      default: true,
      allowNo: true,
    }),
    statistics: Flags.boolean({
      description: 'for web: batch statistics at several truncations, sampled now',
      default: true,
      allowNo: true,
    }),
    license: Flags.string({
      description: 'for web and onnx: of the weights, for the model card',
      helpValue: '<spdx>',
    }),
  };

  async run(): Promise<ExportResult> {
    const { args, flags } = await this.parse(Export);
    if (flags.to === 'web') return this.exportWeb(args.run, flags);
    if (flags.to === 'onnx') return this.exportOnnx(args.run, flags);
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

  private async exportOnnx(name: string, flags: GeneratorFlags): Promise<ExportResult> {
    const { exportOnnx, findRun } = await import('@ganymede/toolkit');
    const run = findRun(name);
    const result = await exportOnnx({
      run,
      name: basename(resolve(run)),
      out: flags.out,
      ema: flags.ema,
      ...(flags.checkpoint !== undefined && { checkpoint: checkpointOf(flags.checkpoint) }),
      ...(flags.truncation !== undefined && { truncation: flags.truncation }),
      ...(flags.license !== undefined && { license: flags.license }),
    });
    for (const file of result.files) this.log(`wrote ${shownPath(file)}`);
    return result;
  }

  private async exportWeb(name: string, flags: GeneratorFlags): Promise<ExportResult> {
    const { directionsOf, exportWeb, findRun } = await import('@ganymede/toolkit');
    const run = findRun(name);
    const result = await exportWeb({
      run,
      name: basename(resolve(run)),
      out: flags.out,
      ema: flags.ema,
      directions: await directionsOf(run),
      ...(!flags.statistics && { thresholds: [] }),
      ...(flags.checkpoint !== undefined && { checkpoint: checkpointOf(flags.checkpoint) }),
      ...(flags.license !== undefined && { license: flags.license }),
    });
    this.log(
      `wrote ${shownPath(flags.out)}: ${(result.bytes / 1e6).toFixed(1)} MB of weights and statistics`,
    );
    this.log('serve it with any static server, for example: npx serve ' + shownPath(flags.out));
    return result;
  }
}
