import { Flags } from '@oclif/core';
import type { NeighboursDetails, WrittenAnalysis } from '@ganymede/toolkit';
import {
  analysisFlags,
  analysisOptions,
  classesFlag,
  heldOutFlag,
  heldOutImages,
  integerOption,
  samplesFlag,
} from '../../analysis-flags.js';
import { measureFlags, measureOptions } from '../../measure-flags.js';
import { openRun, runArg } from '../../open-run.js';
import { ToolkitCommand } from '../../toolkit-command.js';

const { extractor, weights, resizer, precision, set } = measureFlags;

export class AnalyzeNeighbours extends ToolkitCommand {
  static override summary = 'The nearest training images of generated ones: does it memorize?';
  static override description =
    'In the space of features and in that of pixels; over all training images, in memory that does not depend on their ' +
    'number. Distances of generated images are set beside those of images that were not trained on, or, where there are ' +
    'none, of each training image to the others.';
  static override examples = [
    '<%= config.bin %> analyze neighbours cifar10 --held-out cifar-10-binary.tar.gz:test',
    '<%= config.bin %> analyze neighbours quickstart --space pixels --classes star,heart',
    '<%= config.bin %> analyze neighbours flowers --extractor trained-classifier --weights flowers.safetensors',
  ];
  static override args = { run: runArg };
  static override flags = {
    ...analysisFlags,
    ...samplesFlag,
    ...heldOutFlag,
    ...classesFlag,
    space: Flags.string({
      description: 'where distances are measured',
      options: ['both', 'features', 'pixels'],
      default: 'both',
    }),
    neighbours: Flags.string({
      char: 'k',
      description: 'training images beside each',
      default: '7',
      helpValue: '<n>',
    }),
    shown: Flags.string({ description: 'generated images on a sheet', default: '12', helpValue: '<n>' }),
    'within-class': Flags.boolean({ description: 'look among training images of the same class only' }),
    extractor,
    weights,
    resizer,
    precision,
    set,
  };

  async run(): Promise<WrittenAnalysis<NeighboursDetails>> {
    const { args, flags } = await this.parse(AnalyzeNeighbours);
    const { analyzeNeighbours, parseAssignment } = await import('@ganymede/toolkit');
    const { run, config, plugins } = await openRun(args.run, flags);
    const defaults = { metrics: [], extractor: config.featureExtractor };
    const measured = measureOptions({ ...flags, cache: false }, defaults, parseAssignment);
    return this.analyzed(async (progress) =>
      analyzeNeighbours({
        ...(await analysisOptions(run, flags, progress)),
        plugins,
        spaces: flags.space === 'both' ? ['features', 'pixels'] : [flags.space as 'features' | 'pixels'],
        ...(measured.extractor && { extractor: measured.extractor }),
        ...(measured.precision && { precision: measured.precision }),
        ...integerOption('samples', '--samples', flags.samples, 2),
        ...integerOption('neighbours', '--neighbours', flags.neighbours),
        ...integerOption('shown', '--shown', flags.shown),
        withinClass: flags['within-class'],
        ...(flags.classes && { classes: flags.classes }),
        ...(await heldOutImages(flags['held-out'], plugins)),
      }),
    );
  }
}
