import { Flags } from '@oclif/core';
import { shownPath } from '@ganymede/progress';
import type { TrainedExtractor } from '@ganymede/toolkit';
import { imagesReaderOf } from '../../../images-at.js';
import { parseInteger, parseNumber } from '../../../parse-number.js';
import { imagesFlag, pathFlag } from '../../../path-flags.js';
import { ToolkitCommand } from '../../../toolkit-command.js';
import { pluginFlag, pluginsOf } from '../../../plugin-flag.js';

export class DataExtractorTrain extends ToolkitCommand {
  static override summary = 'Train a small feature extractor on your own labelled images.';
  static override description =
    'For metrics that mean something where Inception does not fit the data or its weights are not at hand. Numbers of ' +
    'it compare only with numbers of the same weights, and are no FIDs of the literature.';
  static override examples = [
    '<%= config.bin %> data extractor train --data photos --out photos-extractor.safetensors',
    '<%= config.bin %> evaluate flowers --extractor trained-classifier --weights photos-extractor.safetensors',
  ];
  static override flags = {
    ...pluginFlag,
    data: imagesFlag({
      char: 'd',
      description:
        'labelled images: a folder with a folder for each class, tar, CIFAR or IDX files, or shapes',
      required: true,
    }),
    out: pathFlag({ char: 'o', description: 'file, .safetensors', required: true }),
    resolution: Flags.string({
      description: 'pixels a side, or <height>,<width>, multiples of 4; the size of the images by default',
      helpValue: '<n>',
    }),
    channels: Flags.string({ description: '1 or 3', options: ['1', '3'], default: '3' }),
    steps: Flags.string({ description: 'of training', default: '3000', helpValue: '<n>' }),
    'batch-size': Flags.string({ description: 'images of a step', default: '64', helpValue: '<n>' }),
    width: Flags.string({
      description: 'channels of the first stage; features are four times as many',
      default: '32',
      helpValue: '<n>',
    }),
    lr: Flags.string({ description: 'learning rate at the start', default: '0.001', helpValue: '<rate>' }),
    flip: Flags.boolean({ description: 'mirror images: not for letters and digits' }),
    seed: Flags.string({ description: 'of weights and order', default: '0', helpValue: '<n>' }),
    precision: Flags.string({
      description: 'auto, float32 or bfloat16',
      options: ['auto', 'float32', 'bfloat16'],
      default: 'auto',
    }),
    backend: Flags.string({ description: 'engine: auto, tensorflow, wasm, ...', helpValue: '<id>' }),
  };

  async run(): Promise<TrainedExtractor> {
    const { flags } = await this.parse(DataExtractorTrain);
    const { parseResolution, trainExtractor } = await import('@ganymede/toolkit');
    const plugins = await pluginsOf(flags);
    const readImages = await imagesReaderOf(plugins);
    const batchSize = parseInteger('--batch-size', flags['batch-size'], 1);
    const trained = await this.withProgress((progress) =>
      trainExtractor({
        data: readImages(flags.data),
        out: flags.out,
        plugins,
        ...(flags.resolution !== undefined && {
          resolution: parseResolution('--resolution', flags.resolution),
        }),
        channels: flags.channels === '1' ? 1 : 3,
        steps: parseInteger('--steps', flags.steps, 1),
        batchSize,
        width: parseInteger('--width', flags.width, 1),
        learningRate: parseNumber('--lr', flags.lr),
        flip: flags.flip,
        seed: parseInteger('--seed', flags.seed, 0),
        precision: flags.precision as 'auto' | 'float32' | 'bfloat16',
        ...(flags.backend !== undefined && { backend: { use: flags.backend } }),
        onData: (done, total) => progress.count('decoding images', done, total),
        onStep: (step, steps) => progress.count('training, images', step * batchSize, steps * batchSize),
        onAccuracy: (step, accuracy) => {
          progress.close();
          this.log(`step ${step}: finds ${(100 * accuracy).toFixed(1)} % of the held-out classes`);
        },
      }),
    );
    this.log(
      `wrote ${shownPath(trained.path)}: ${trained.featureSize} features, ${(100 * trained.heldOutAccuracy).toFixed(1)} % on held-out images`,
    );
    return trained;
  }
}
