import { Args, Flags } from '@oclif/core';
import type { ComponentChoice, Evaluation, EvaluateProgress } from '@ganymede/toolkit';
import { performance } from 'node:perf_hooks';
import { evaluationLines } from '../evaluation-lines.js';
import { imagesReaderOf } from '../images-at.js';
import { parseInteger, parseNumber } from '../parse-number.js';
import { shownPath } from '../progress/format.js';
import { WorkProgress } from '../progress/work.js';
import { checkpointOf, samplingFlags, truncationOf } from '../sampling-flags.js';
import { showMeasuring } from '../show-measuring.js';
import { imagesFlag } from '../path-flags.js';
import { ToolkitCommand } from '../toolkit-command.js';
import { pluginFlag, pluginsOf } from '../plugin-flag.js';

const { checkpoint, truncation, seed, ema, backend } = samplingFlags;

export class Accuracy extends ToolkitCommand {
  static override summary = 'Train classifiers on generated and on real images and judge them by the others.';
  static override description =
    'The classification accuracy score: how well a classifier of generated images finds the classes of real ones; and ' +
    'GAN-test, the reverse. The real images that classifiers are judged by train none of them.';
  static override examples = [
    '<%= config.bin %> accuracy cifar10 --test cifar-10-binary.tar.gz:test',
    '<%= config.bin %> accuracy flowers --samples 5000 --steps 2000',
  ];
  static override args = {
    run: Args.string({ description: 'folder of the run, or its name below runs/', required: true }),
  };
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

  async run(): Promise<{ readonly evaluation: Evaluation; readonly path: string | null }> {
    const { args, flags } = await this.parse(Accuracy);
    const { findRun, loadRunConfig, measureClassificationAccuracy } = await import('@ganymede/toolkit');
    const run = findRun(args.run);
    const { plugins } = await loadRunConfig(run, [], await pluginsOf(flags), { needsData: false });
    const readImages = await imagesReaderOf(plugins);
    const progress = new WorkProgress(process.stderr, this.jsonEnabled(), () => performance.now());
    const test: ComponentChoice | null = flags.test === undefined ? null : readImages(flags.test);
    try {
      const { evaluation, path } = await measureClassificationAccuracy({
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
        onProgress: (event: EvaluateProgress) => showMeasuring(progress, event),
      });
      progress.close();
      for (const line of evaluationLines(evaluation)) this.log(line);
      if (path !== null) this.log(`wrote ${shownPath(path)}`);
      return { evaluation, path };
    } finally {
      progress.close();
    }
  }
}
