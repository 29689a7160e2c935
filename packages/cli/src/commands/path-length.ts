import { Flags } from '@oclif/core';
import { measureFlags, measureOptions } from '../measure-flags.js';
import { parseInteger, parseNumber, parsePair } from '../parse-number.js';
import { checkpointOf, samplingFlags, truncationOf } from '../sampling-flags.js';
import { openRun, runArg } from '../open-run.js';
import { ToolkitCommand, type Measured } from '../toolkit-command.js';
import { pluginFlag } from '../plugin-flag.js';

const { extractor, weights, resizer, set, bootstrap } = measureFlags;
const { checkpoint, truncation, seed, ema, backend } = samplingFlags;

export class PathLength extends ToolkitCommand {
  static override summary = 'Measure how smoothly images follow the latent: path length of features.';
  static override description =
    "Perceptual path length of the StyleGAN paper with features of the run's extractor in place of LPIPS. Compare its " +
    'numbers only with those of the same extractor. They are in the evaluations/ of the run.';
  static override examples = [
    '<%= config.bin %> path-length cifar10 --pairs 10000',
    '<%= config.bin %> path-length cifar10 --sampling end --percentiles 1,99',
  ];
  static override args = { run: runArg };
  static override flags = {
    ...pluginFlag,
    extractor,
    weights,
    resizer,
    set,
    bootstrap,
    checkpoint,
    truncation,
    'truncation-convention': samplingFlags['truncation-convention'],
    seed,
    ema,
    backend,
    pairs: Flags.string({
      description: "of images; the run's evaluate.samples by default",
      helpValue: '<n>',
    }),
    sampling: Flags.string({
      description: 'where a pair lies: anywhere on its path, or at its start',
      options: ['full', 'end'],
      default: 'full',
    }),
    interpolation: Flags.string({
      description: 'of latents: on the arc, or on the line, whose middle no prior draws',
      options: ['spherical', 'linear'],
      default: 'spherical',
    }),
    epsilon: Flags.string({
      description: 'distance in a pair, as a share of the path',
      default: '0.0001',
      helpValue: '<share>',
    }),
    normalization: Flags.string({
      description: 'features of length 1, or as they are',
      options: ['unit', 'none'],
      default: 'unit',
    }),
    percentiles: Flags.string({
      description: 'lengths that are kept, e.g. 1,99; all by default',
      helpValue: '<low,high>',
    }),
  };

  async run(): Promise<Measured> {
    const { args, flags } = await this.parse(PathLength);
    const { measurePathLength, parseAssignment } = await import('@ganymede/toolkit');
    const { run, config, plugins } = await openRun(args.run, flags);
    const defaults = { metrics: [], extractor: config.featureExtractor };
    const { metrics: _, ...chosen } = measureOptions({ ...flags, cache: false }, defaults, parseAssignment);
    return this.measured((onProgress) =>
      measurePathLength({
        ...chosen,
        run,
        plugins,
        checkpoint: checkpointOf(flags.checkpoint),
        ema: flags.ema,
        ...truncationOf(flags.truncation, flags['truncation-convention']),
        ...(flags.pairs !== undefined && { pairs: parseInteger('--pairs', flags.pairs, 2) }),
        sampling: flags.sampling as 'full' | 'end',
        interpolation: flags.interpolation as 'spherical' | 'linear',
        epsilon: parseNumber('--epsilon', flags.epsilon),
        normalization: flags.normalization as 'unit' | 'none',
        ...(flags.percentiles !== undefined && {
          percentiles: parsePair('--percentiles', flags.percentiles),
        }),
        onProgress,
      }),
    );
  }
}
