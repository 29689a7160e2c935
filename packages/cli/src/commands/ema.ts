import { Flags, type Interfaces } from '@oclif/core';
import { cautionLine, GanymedeError } from '@ganymede/core';
import { averageLine, averageTable, formatNumber, showMeasuring, shownPath } from '@ganymede/progress';
import type { AverageManifest, ChosenAverage, RebuildOptions, WrittenAverage } from '@ganymede/toolkit';
import { measureFlags, measureOptions } from '../measure-flags.js';
import { openRun, runArg } from '../open-run.js';
import { parseInteger, parseNumber } from '../parse-number.js';
import { pathFlag } from '../path-flags.js';
import { pluginFlag } from '../plugin-flag.js';
import { ToolkitCommand } from '../toolkit-command.js';

/** What is tried where nobody names lengths: around the two that are tracked. */
const usualLengths = [0.05, 0.075, 0.1, 0.125, 0.15];

const lengthFlag = (description: string) =>
  Flags.string({
    description,
    helpValue: '<list>',
    multiple: true,
    multipleNonGreedy: true,
    delimiter: ',',
  });

interface EmaReport {
  readonly averages: readonly WrittenAverage[];
  /** With --choose. */
  readonly chosen?: ChosenAverage;
}

export class Ema extends ToolkitCommand {
  static override summary = "Rebuild moving averages of any length from a run's snapshots.";
  static override description =
    'A run that is trained with `posthocEma` keeps snapshots of two power-function averages (arXiv:2312.02696); any other ' +
    'is a least-squares combination of them. Each average becomes a run of its own, which `sample`, `evaluate`, `truncate` ' +
    'and `export` take, with average.json beside it. --choose measures all of them and names the best.';
  static override examples = [
    '<%= config.bin %> ema cifar10 --sigma-rel 0.05,0.1,0.15',
    '<%= config.bin %> ema cifar10 --gamma 16.97 --step 40000',
    '<%= config.bin %> ema cifar10 --sigma-rel 0.03,0.05,0.08,0.12 --choose fid --samples 10000',
  ];
  static override args = { run: runArg };
  static override flags = {
    ...pluginFlag,
    ...measureFlags,
    'sigma-rel': lengthFlag(
      'lengths as shares of training, separated by commas; with --choose a few by default',
    ),
    gamma: lengthFlag('lengths as exponents of the profile'),
    step: Flags.string({
      description: 'of the snapshot that the averages end at; the newest by default',
      helpValue: '<n>',
    }),
    out: pathFlag({ char: 'o', description: 'folder; <run>/averages by default', helpValue: '<folder>' }),
    choose: Flags.string({
      description: 'measure, and name the best by this number: fid, ...',
      helpValue: '<number>',
    }),
    samples: Flags.string({ description: 'with --choose: generated images', helpValue: '<n>' }),
    'reference-samples': Flags.string({
      description: 'with --choose: images of the reference; all by default',
      helpValue: '<n>',
    }),
    statistics: Flags.string({
      description:
        'with --choose, of batch normalization: the running averages, which is the default, or sums over fresh batches',
      options: ['running', 'standing'],
    }),
  };

  async run(): Promise<EmaReport> {
    const { args, flags } = await this.parse(Ema);
    const { findRun, rebuildAverages } = await import('@ganymede/toolkit');
    const { choose } = flags;
    const given = {
      sigmaRels: flags['sigma-rel']?.map((text) => parseNumber('--sigma-rel', text)),
      gammas: flags.gamma?.map((text) => parseNumber('--gamma', text)) ?? [],
    };
    const isGiven = given.sigmaRels !== undefined || given.gammas.length > 0;
    const options = {
      run: findRun(args.run),
      gammas: given.gammas,
      sigmaRels: given.sigmaRels ?? (choose === undefined || isGiven ? [] : usualLengths),
      ...(flags.step !== undefined && { step: parseInteger('--step', flags.step, 1) }),
      ...(flags.out !== undefined && { out: flags.out }),
    };
    if (choose !== undefined) return this.choose(args.run, choose, options, flags);
    this.refuseMeasureFlags(flags);
    const averages = await rebuildAverages(options);
    for (const { folder, manifest } of averages) {
      this.log(averageLine(manifest));
      this.tellCautions(manifest);
      this.log(`wrote ${shownPath(folder)}`);
    }
    return { averages };
  }

  private async choose(
    name: string,
    number: string,
    rebuilt: RebuildOptions,
    flags: EmaFlags,
  ): Promise<EmaReport> {
    const { chooseAverage, parseAssignment } = await import('@ganymede/toolkit');
    const { config, plugins } = await openRun(name, flags);
    const defaults = { metrics: config.metrics, extractor: config.featureExtractor };
    const chosen = await this.withProgress((progress) =>
      chooseAverage({
        ...measureOptions(flags, defaults, parseAssignment),
        ...rebuilt,
        plugins,
        number,
        ...(flags.statistics !== undefined && { statistics: flags.statistics as 'running' | 'standing' }),
        ...(flags.samples !== undefined && { samples: parseInteger('--samples', flags.samples, 2) }),
        ...(flags['reference-samples'] !== undefined && {
          referenceSamples: parseInteger('--reference-samples', flags['reference-samples'], 2),
        }),
        onProgress: (event) => showMeasuring(progress, event),
        onMeasured: ({ manifest }) => {
          progress.close();
          this.tellCautions(manifest);
        },
      }),
    );
    for (const line of averageTable(chosen)) this.log(line);
    const cautions = chosen.measured.flatMap(({ evaluation }) => evaluation.cautions.map(cautionLine));
    for (const caution of new Set(cautions)) this.log(`caution: ${caution}`);
    const { manifest, folder } = chosen.best;
    this.log(`best by ${number}: sigma_rel ${formatNumber(manifest.sigmaRel)}, ${shownPath(folder)}`);
    this.log(`wrote ${shownPath(chosen.path)}`);
    const averages = chosen.measured.map(({ evaluation: _, ...average }) => average);
    return { averages, chosen };
  }

  /** What says how to measure says nothing where nothing is measured. */
  private refuseMeasureFlags(flags: EmaFlags): void {
    const { cache: _, ...withValues } = measureFlags;
    const names = [...Object.keys(withValues), 'samples', 'reference-samples', 'statistics'] as const;
    const stray = flags.cache
      ? names.find((flag) => flags[flag as keyof EmaFlags] !== undefined)
      : 'no-cache';
    if (stray !== undefined)
      throw new GanymedeError('BAD_ARGUMENTS', `ema: expected --choose with --${stray}, got none`, {
        kind: 'usage',
        hint: 'For example --choose fid.',
      });
  }

  private tellCautions({ cautions, sigmaRel }: AverageManifest): void {
    for (const caution of cautions) this.log(`caution: sigma_rel ${formatNumber(sigmaRel)}: ${caution}`);
  }
}

type EmaFlags = Interfaces.InferredFlags<typeof Ema.flags>;
