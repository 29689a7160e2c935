import { Flags } from '@oclif/core';
import type { DirectionsDetails, WrittenAnalysis } from '@ganymede/toolkit';
import { analysisFlags, analysisOptions, classesFlag, integerOption } from '../../analysis-flags.js';
import { parseNumber } from '../../parse-number.js';
import { runArg } from '../../open-run.js';
import { ToolkitCommand } from '../../toolkit-command.js';

export class AnalyzeDirections extends ToolkitCommand {
  static override summary = 'The directions of z that change images most, and images along them.';
  static override description =
    'Closed-form factorization (SeFa) of the weights that z enters: the first linear layer, and with a hierarchical ' +
    "latent the gains and biases of each block's normalizations, chunk by chunk. A sheet for each image: directions are " +
    'rows, steps along them columns.';
  static override examples = [
    '<%= config.bin %> analyze directions quickstart',
    '<%= config.bin %> analyze directions cifar10 --classes horse,ship --directions 6 --extent 4',
    '<%= config.bin %> analyze directions biggan-128 --places linear --truncation 0.5 --truncation-convention scaled',
  ];
  static override args = { run: runArg };
  static override flags = {
    ...analysisFlags,
    ...classesFlag,
    directions: Flags.string({
      description: 'of each chunk of z; 3 where there are several chunks, else 8, by default',
      helpValue: '<n>',
    }),
    steps: Flags.string({ description: 'images along each, an odd number', default: '7', helpValue: '<n>' }),
    extent: Flags.string({
      description: 'how far to both sides, in standard deviations of a component of z',
      default: '3',
      helpValue: '<x>',
    }),
    images: Flags.string({
      description: 'images that directions are followed from, a sheet each',
      default: '3',
      helpValue: '<n>',
    }),
    places: Flags.string({
      description: 'parts of the network to factorize, e.g. linear,blocks.0; all that z enters by default',
      helpValue: '<list>',
      multiple: true,
      multipleNonGreedy: true,
      delimiter: ',',
    }),
  };

  async run(): Promise<WrittenAnalysis<DirectionsDetails>> {
    const { args, flags } = await this.parse(AnalyzeDirections);
    const { analyzeDirections, findRun } = await import('@ganymede/toolkit');
    return this.analyzed(async (progress) =>
      analyzeDirections({
        ...(await analysisOptions(findRun(args.run), flags, progress)),
        ...integerOption('directions', '--directions', flags.directions),
        ...integerOption('steps', '--steps', flags.steps, 3),
        ...integerOption('images', '--images', flags.images),
        extent: parseNumber('--extent', flags.extent),
        ...(flags.classes && { classes: flags.classes }),
        ...(flags.places && { places: flags.places }),
      }),
    );
  }
}
