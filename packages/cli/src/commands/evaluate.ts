import { Args, Flags, type Interfaces } from '@oclif/core';
import { GanymedeError } from '@ganymede/core';
import { comparisonLines } from '@ganymede/progress';
import type { Comparison, MeasureOptions } from '@ganymede/toolkit';
import { imagesReaderOf } from '../images-at.js';
import { measureFlags, measureOptions, type MeasureDefaults } from '../measure-flags.js';
import { parseInteger } from '../parse-number.js';
import { checkpointOf, samplerFlag, samplerOf, truncationOf } from '../sampling-flags.js';
import { imagesFlag } from '../path-flags.js';
import { openRun } from '../open-run.js';
import { ToolkitCommand, type Measured } from '../toolkit-command.js';
import { pluginFlag, pluginsOf } from '../plugin-flag.js';
import { crewFlags } from '../run-flags.js';
import { withWorkers } from '../with-workers.js';

type Report = Measured | { readonly comparison: Comparison };

/** What two sets of images are measured with where no flag says it. */
const imageDefaults: MeasureDefaults = { metrics: [{ use: 'fid' }], extractor: { use: 'inception-v3' } };

export class Evaluate extends ToolkitCommand {
  // `--compare a b c` and `evaluate a` share the positions.
  static override strict = false;
  static override summary = 'Measure a run, or one set of images against another.';
  static override description =
    'Numbers come with a manifest of how they were made: extractor and its weights, resizer, reference, counts, ' +
    'truncation. Numbers of a run are in its evaluations/. --compare puts numbers into one column only if they were ' +
    'made alike.';
  static override examples = [
    '<%= config.bin %> evaluate cifar10',
    '<%= config.bin %> evaluate cifar10 --metrics fid,kid,precision-recall --samples 50000 --statistics standing',
    '<%= config.bin %> evaluate cifar10 --samples 50000 --workers 4',
    "<%= config.bin %> evaluate cifar10 --sampler '{ use: drs, percentile: 80 }'",
    '<%= config.bin %> evaluate --real photos --fake samples --metrics fid,kid --resizer clean',
    '<%= config.bin %> evaluate --compare cifar10 cifar10-ortho',
  ];
  static override args = {
    run: Args.string({ description: 'folder of the run, or its name below runs/' }),
  };
  static override flags = {
    ...pluginFlag,
    ...measureFlags,
    ...crewFlags(['compare']),
    checkpoint: Flags.string({
      description: 'latest, best or a step',
      default: 'latest',
      helpValue: '<which>',
    }),
    samples: Flags.string({ description: 'generated images, or images of each folder', helpValue: '<n>' }),
    ema: Flags.boolean({ description: 'weights of the moving average', default: true, allowNo: true }),
    statistics: Flags.string({
      description: 'of batch normalization: the running averages, or sums over fresh batches',
      options: ['running', 'standing'],
      default: 'running',
    }),
    truncation: Flags.string({
      description: 'threshold: less variety, more fidelity',
      helpValue: '<threshold>',
    }),
    'truncation-convention': Flags.string({
      description: 'what the threshold means: resample, scaled, clamp or std',
      helpValue: '<id>',
    }),
    sampler: samplerFlag(['real', 'fake', 'compare']),
    reference: imagesFlag({ description: 'other images than those of the run' }),
    'reference-samples': Flags.string({
      description: 'images of the reference; all by default',
      helpValue: '<n>',
    }),
    real: imagesFlag({ description: 'images to measure against, instead of a run' }),
    fake: imagesFlag({ description: 'images that are measured, instead of a run' }),
    resolution: Flags.string({
      description: 'pixels a side of --real and --fake, or <height>,<width>',
      helpValue: '<n>',
    }),
    compare: Flags.boolean({ description: 'show the evaluations of several runs side by side' }),
    mixed: Flags.boolean({
      description: 'with --compare: one column for each number, whatever way it was made',
      dependsOn: ['compare'],
    }),
  };

  async run(): Promise<Report> {
    const { argv, flags } = await this.parse(Evaluate);
    const runs = argv as string[];
    if (flags.compare) return this.compare(runs, flags.mixed);
    if (flags.real !== undefined || flags.fake !== undefined) return this.images(runs, flags);
    if (runs.length !== 1) throw usage(`expected a run, or --real and --fake, got ${runs.length} runs`);
    return this.measureRun(runs[0]!, flags);
  }

  private async measureRun(name: string, flags: EvaluateFlags): Promise<Report> {
    const { evaluateRun, parseAssignment } = await import('@ganymede/toolkit');
    const { run, config, plugins } = await openRun(name, flags);
    const readImages = await imagesReaderOf(plugins);
    const defaults = { metrics: config.metrics, extractor: config.featureExtractor };
    return withWorkers(['evaluate', ...this.argv], flags, (workers) =>
      this.measured((onProgress) =>
        evaluateRun({
          workers,
          ...measureOptions(flags, defaults, parseAssignment),
          run,
          plugins,
          checkpoint: checkpointOf(flags.checkpoint),
          ema: flags.ema,
          statistics: flags.statistics as 'running' | 'standing',
          ...truncationOf(flags.truncation, flags['truncation-convention']),
          ...samplerOf(flags.sampler, parseAssignment),
          ...(flags.samples !== undefined && { samples: parseInteger('--samples', flags.samples, 2) }),
          ...(flags.reference !== undefined && { reference: readImages(flags.reference) }),
          ...(flags['reference-samples'] !== undefined && {
            referenceSamples: parseInteger('--reference-samples', flags['reference-samples'], 2),
          }),
          onProgress,
        }),
      ),
    );
  }

  private async images(runs: readonly string[], flags: EvaluateFlags): Promise<Report> {
    const { real, fake } = flags;
    if (real === undefined || fake === undefined || runs.length > 0)
      throw usage('expected --real and --fake together and no run');
    const { evaluateImages, parseAssignment, parseResolution } = await import('@ganymede/toolkit');
    const plugins = await pluginsOf(flags);
    const readImages = await imagesReaderOf(plugins);
    const measured: MeasureOptions = measureOptions(flags, imageDefaults, parseAssignment);
    return withWorkers(['evaluate', ...this.argv], flags, (workers) =>
      this.measured(async (onProgress) => ({
        path: null,
        evaluation: await evaluateImages({
          workers,
          ...measured,
          plugins,
          real: readImages(real),
          fake: readImages(fake),
          ...(flags.samples !== undefined && { samples: parseInteger('--samples', flags.samples, 2) }),
          ...(flags.resolution !== undefined && {
            resolution: parseResolution('--resolution', flags.resolution),
          }),
          onProgress,
        }),
      })),
    );
  }

  private async compare(names: readonly string[], mixed: boolean): Promise<Report> {
    if (names.length === 0) throw usage('--compare: expected runs, got none');
    const { compareEvaluations, findRun, storedEvaluations } = await import('@ganymede/toolkit');
    const comparison = compareEvaluations(await storedEvaluations(names.map((name) => findRun(name))), mixed);
    for (const line of comparisonLines(comparison)) this.log(line);
    return { comparison };
  }
}

type EvaluateFlags = Interfaces.InferredFlags<typeof Evaluate.flags>;

const usage = (message: string): GanymedeError =>
  new GanymedeError('BAD_ARGUMENTS', `evaluate: ${message}`, {
    kind: 'usage',
    hint: 'Type: ganymede evaluate <run>, or ganymede evaluate --real <images> --fake <images>',
  });
