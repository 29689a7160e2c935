import { Flags } from '@oclif/core';
import { shownPath } from '@ganymede/progress';
import type { ExportAsOptions, ExportedAs } from '@ganymede/toolkit';
import { parseInteger } from '../parse-number.js';
import { pathFlag } from '../path-flags.js';
import { runArg } from '../open-run.js';
import { ToolkitCommand } from '../toolkit-command.js';

/** Paths that are named one by one. */
const shownFiles = 8;

export class Export extends ToolkitCommand {
  static override summary = "Write a run's networks for other programs.";
  static override description =
    'biggan-pytorch: G.pth, D.pth and G_ema.pth that torch loads, with the flags of their networks in config.json. ' +
    'safetensors: a file for each network in the names and layouts of this toolkit, with the config of the run. ' +
    'web: a static page with a playground, which any server can serve; the generator runs in the visitor’s browser. ' +
    'npm: a package without dependencies, typed by the run’s classes, that makes images in Node and in pages. ' +
    'onnx and saved-model: the generator as a model that onnxruntime or TensorFlow runs, with its card.';
  static override examples = [
    '<%= config.bin %> export quickstart --to biggan-pytorch --out weights',
    '<%= config.bin %> export quickstart --to safetensors --out weights',
    '<%= config.bin %> export quickstart --to web --out page',
    '<%= config.bin %> export quickstart --to npm --out package --package @you/shapes',
    '<%= config.bin %> export quickstart --to onnx --out model',
    '<%= config.bin %> export quickstart --to saved-model --out model',
    '<%= config.bin %> export cifar10 --to safetensors --out weights --truncation runs/cifar10/truncation/cifar10-best-fid.json',
  ];
  static override args = { run: runArg };
  static override flags = {
    to: Flags.string({
      description: 'what reads it',
      options: ['biggan-pytorch', 'npm', 'onnx', 'safetensors', 'saved-model', 'web'],
      required: true,
    }),
    out: pathFlag({ char: 'o', description: 'folder', helpValue: '<folder>', required: true }),
    checkpoint: Flags.string({
      description: 'latest or a step; the latest by default, with --truncation the one that it was chosen at',
      helpValue: '<which>',
    }),
    truncation: pathFlag({
      description:
        'threshold that `truncate --choose` wrote: its statistics become the generator’s; not for npm and web',
      helpValue: '<file>',
    }),
    ema: Flags.boolean({
      description: 'for npm, onnx, saved-model and web: weights of the moving average, the default',
      allowNo: true,
    }),
    statistics: Flags.boolean({
      description: 'for npm and web: batch statistics at several truncations, sampled now, the default',
      allowNo: true,
    }),
    precision: Flags.string({
      description: 'for npm and web: of matrices and kernels, float16 by default',
      options: ['float16', 'float32'],
    }),
    license: Flags.string({
      description: 'for npm, onnx, saved-model and web: of the weights, for the model card',
      helpValue: '<spdx>',
    }),
    package: Flags.string({
      description: 'for npm: name of the package; that of the run by default',
      helpValue: '<name>',
    }),
  };

  async run(): Promise<ExportedAs> {
    const { args, flags } = await this.parse(Export);
    const { exportAs, findRun } = await import('@ganymede/toolkit');
    const {
      to,
      out,
      checkpoint,
      package: packageName,
      truncation,
      ema,
      statistics,
      precision,
      license,
    } = flags;
    const result = await exportAs({
      run: findRun(args.run),
      to: to as ExportAsOptions['to'],
      out,
      checkpoint:
        checkpoint === undefined || checkpoint === 'latest'
          ? checkpoint
          : parseInteger('--checkpoint', checkpoint, 0),
      precision: precision as ExportAsOptions['precision'],
      ...{ packageName, truncation, ema, statistics, license },
    });
    for (const file of result.files.slice(0, shownFiles)) this.log(`wrote ${shownPath(file)}`);
    const rest = result.files.length - shownFiles;
    if (rest > 0) this.log(`wrote ${rest} more files`);
    if (result.next !== undefined) this.log(result.next);
    return result;
  }
}
