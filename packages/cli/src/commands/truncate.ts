import { Args, Flags } from '@oclif/core';
import { cautionLine, GanymedeError } from '@ganymede/core';
import { formatNumber, showMeasuring, shownPath } from '@ganymede/progress';
import type {
  EvaluateProgress,
  TruncationCurve,
  TruncationGoal,
  TruncationStep,
  WrittenCurves,
} from '@ganymede/toolkit';
import { join } from 'node:path';
import { measureFlags, measureOptions } from '../measure-flags.js';
import { parseInteger, parseNumber } from '../parse-number.js';
import { checkpointOf } from '../sampling-flags.js';
import { pathFlag } from '../path-flags.js';
import { openRun } from '../open-run.js';
import { ToolkitCommand } from '../toolkit-command.js';
import { pluginFlag } from '../plugin-flag.js';
import { crewFlags } from '../run-flags.js';
import { withWorkers } from '../with-workers.js';

/** The two axes of the paper's figure, and the same trade-off told apart. */
const sweepMetrics = [{ use: 'fid' }, { use: 'inception-score' }, { use: 'precision-recall' }];

type TruncateReport = WrittenCurves & { readonly curves: readonly object[] };

export class Truncate extends ToolkitCommand {
  static override strict = false;
  static override summary = 'Sweep the truncation threshold of one run or several.';
  static override description =
    'At every threshold, accumulates statistics of batch normalization afresh, then generates and measures images. ' +
    'Writes truncation.csv, .json and .svg, and a sheet of samples by threshold; --choose also writes the threshold that serves a goal, with its ' +
    'statistics. Thresholds whose images are saturated are marked with *.';
  static override examples = [
    '<%= config.bin %> truncate cifar10 --samples 10000',
    '<%= config.bin %> truncate plain ortho --thresholds 0.2,0.5,1,2 --choose best-fid',
  ];
  static override args = {
    run: Args.string({ description: 'folders of runs, or their names below runs/', required: true }),
  };
  static override flags = {
    ...pluginFlag,
    ...measureFlags,
    ...crewFlags(),
    convention: Flags.string({
      description: 'what a threshold means: resample, scaled, clamp or std',
      default: 'resample',
      helpValue: '<id>',
    }),
    thresholds: Flags.string({
      description: 'ascending, separated by commas',
      helpValue: '<list>',
      multiple: true,
      multipleNonGreedy: true,
      delimiter: ',',
    }),
    checkpoint: Flags.string({
      description: 'latest, best or a step',
      default: 'latest',
      helpValue: '<which>',
    }),
    samples: Flags.string({ description: 'generated images at every threshold', helpValue: '<n>' }),
    'reference-samples': Flags.string({
      description: 'images of the reference; all by default',
      helpValue: '<n>',
    }),
    ema: Flags.boolean({ description: 'weights of the moving average', default: true, allowNo: true }),
    choose: Flags.string({ description: 'what the threshold shall serve', options: ['best-fid', 'best-is'] }),
    out: pathFlag({
      char: 'o',
      description: 'folder; <run>/truncation by default',
      helpValue: '<folder>',
    }),
  };

  async run(): Promise<TruncateReport> {
    const { argv, flags } = await this.parse(Truncate);
    const { expectWritableCurves, findRun, parseAssignment, sweepTruncation, withoutArrays, writeCurves } =
      await import('@ganymede/toolkit');
    const runs = (argv as string[]).map((name) => findRun(name));
    if (runs.length === 0)
      throw new GanymedeError('BAD_ARGUMENTS', 'truncate: expected a run, got none', { kind: 'usage' });
    if (runs.length > 1 && flags.workers !== undefined)
      throw new GanymedeError(
        'BAD_ARGUMENTS',
        `truncate: expected one run beside --workers, got ${runs.length}`,
        {
          kind: 'usage',
          hint: 'Type the command for each run, with a folder of its own (--out).',
        },
      );
    const thresholds = flags.thresholds?.map((text) => parseNumber('--thresholds', text));
    const out = flags.out ?? join(runs[0]!, 'truncation');
    return withWorkers(['truncate', ...this.argv], flags, async (workers) => {
      const leads = workers === undefined || workers.rank === 0;
      if (leads) await expectWritableCurves(out);
      const curves: TruncationCurve[] = [];
      // Most are the same at every threshold.
      const told = new Set<string>();
      await this.withProgress(async (progress) => {
        for (const name of runs) {
          const { run, config, plugins } = await openRun(name, flags);
          const defaults = { metrics: sweepMetrics, extractor: config.featureExtractor };
          const curve = await sweepTruncation({
            ...measureOptions(flags, defaults, parseAssignment),
            run,
            plugins,
            workers,
            convention: flags.convention,
            checkpoint: checkpointOf(flags.checkpoint),
            ema: flags.ema,
            ...(thresholds && { thresholds }),
            ...(flags.samples !== undefined && { samples: parseInteger('--samples', flags.samples, 2) }),
            ...(flags['reference-samples'] !== undefined && {
              referenceSamples: parseInteger('--reference-samples', flags['reference-samples'], 2),
            }),
            onProgress: (event: EvaluateProgress) => showMeasuring(progress, event),
            onStep: (step) => {
              progress.close();
              this.log(stepLine(step));
              for (const one of step.evaluation.cautions) {
                const text = `  caution: ${cautionLine(one)}`;
                if (!told.has(text)) this.log(text);
                told.add(text);
              }
            },
          });
          curves.push(curve);
        }
      });
      if (!leads) return { csv: '', json: '', svg: '', sheets: [], chosen: [], curves: [] };
      const written = await writeCurves(curves, out, (flags.choose as TruncationGoal | undefined) ?? null);
      for (const path of [written.csv, written.json, written.svg, ...written.sheets])
        this.log(`wrote ${shownPath(path)}`);
      for (const { run, threshold, path } of written.chosen)
        this.log(
          `${run}: ${flags.choose!} at ${threshold === null ? 'the whole prior' : String(threshold)}, wrote ${shownPath(path)}`,
        );
      return { ...written, curves: curves.map(withoutArrays) };
    });
  }
}

function stepLine({ threshold, evaluation, saturated }: TruncationStep): string {
  const numbers = Object.entries(evaluation.numbers).map(([name, value]) => `${name} ${formatNumber(value)}`);
  return `${threshold === null ? 'prior' : String(threshold)}: ${numbers.join('  ')}${saturated ? '  * saturated' : ''}`;
}
