import { Flags } from '@oclif/core';
import type { ComponentChoice } from '@ganymede/toolkit';
import { imagesReaderOf } from '../images-at.js';
import { parseInteger, parseNumber } from '../parse-number.js';
import { checkpointOf, samplingFlags, truncationOf } from '../sampling-flags.js';
import { imagesFlag } from '../path-flags.js';
import { openRun, runArg } from '../open-run.js';
import { ToolkitCommand, type Measured } from '../toolkit-command.js';
import { pluginFlag } from '../plugin-flag.js';

const { checkpoint, truncation, seed, ema, backend } = samplingFlags;

export class Accuracy extends ToolkitCommand {
  static override summary = 'Train classifiers on generated and on real images and judge them by the others.';
  static override description =
    'The classification accuracy score: how well a classifier of generated images finds the classes of real ones; and ' +
    'GAN-test, the reverse. The real images that test the classifiers train none of them.';
  static override examples = [
    '<%= config.bin %> accuracy cifar10 --test cifar-10-binary.tar.gz:test',
    '<%= config.bin %> accuracy flowers --samples 5000 --steps 2000',
  ];
  static override args = { run: runArg };
  static override flags = {
    ...pluginFlag,
    checkpoint,
    truncation,
    'truncation-convention': samplingFlags['truncation-convention'],
    seed,
    ema,
    backend,
    test: imagesFlag({
      description: "real images to judge by; a part of the run's data that is held out by default",
    }),
    samples: Flags.string({
      description: 'generated images; as many as real ones by default',
      helpValue: '<n>',
    }),
    steps: Flags.string({ description: 'of training', default: '3000', helpValue: '<n>' }),
    'batch-size': Flags.string({ description: 'images of a step', default: '64', helpValue: '<n>' }),
    width: Flags.string({ description: 'channels of the first stage', default: '32', helpValue: '<n>' }),
    lr: Flags.string({ description: 'learning rate at the start', default: '0.001', helpValue: '<rate>' }),
    flip: Flags.boolean({ description: 'mirror images: not for letters and digits' }),
    precision: Flags.string({
      description: 'of the classifiers',
      options: ['auto', 'float32', 'bfloat16'],
      default: 'auto',
    }),
  };

  async run(): Promise<Measured> {
    const { args, flags } = await this.parse(Accuracy);
    const { measureClassificationAccuracy } = await import('@ganymede/toolkit');
    const { run, plugins } = await openRun(args.run, flags);
    const readImages = await imagesReaderOf(plugins);
    const test: ComponentChoice | null = flags.test === undefined ? null : readImages(flags.test);
    return this.measured((onProgress) =>
      measureClassificationAccuracy({
        run,
        plugins,
        checkpoint: checkpointOf(flags.checkpoint),
        ema: flags.ema,
        seed: parseInteger('--seed', flags.seed, 0),
        ...truncationOf(flags.truncation, flags['truncation-convention']),
        ...(flags.backend !== undefined && { backend: { use: flags.backend } }),
        ...(test && { test }),
        ...(flags.samples !== undefined && { samples: parseInteger('--samples', flags.samples, 2) }),
        steps: parseInteger('--steps', flags.steps, 1),
        batchSize: parseInteger('--batch-size', flags['batch-size'], 1),
        width: parseInteger('--width', flags.width, 1),
        learningRate: parseNumber('--lr', flags.lr),
        flip: flags.flip,
        precision: flags.precision as 'auto' | 'float32' | 'bfloat16',
        onProgress,
      }),
    );
  }
}
