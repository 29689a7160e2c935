import { Args, Flags } from '@oclif/core';
import {
  chooseSweepView,
  outcomeLines,
  planLines,
  shownPath,
  SweepForecast,
  type SweepView,
} from '@ganymede/progress';
import type {
  resultsTable,
  runSweep,
  RunSweepOptions,
  SweepDocument,
  SweepEvent,
  SweepPlan,
} from '@ganymede/toolkit';
import { existsSync, statSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { endInOrder } from '../end-in-order.js';
import { exitCodes } from '@ganymede/program';
import { engineFlags, recipeFlags, sourceFlags } from '../run-flags.js';
import { imagesReaderOf } from '../images-at.js';
import { sweepFlags, sweepMeasureFlags, sweepOfFlags } from '../sweep-flags.js';
import { pathFlag } from '../path-flags.js';
import { pluginsOf } from '../plugin-flag.js';
import { monotonicClock } from '../monotonic-clock.js';
import { ToolkitCommand } from '../toolkit-command.js';

export class Sweep extends ToolkitCommand {
  // Events are JSON lines here, not one object at the end.
  static override enableJsonFlag = false;
  static override summary = 'Train a grid of configs one after another, and put their numbers into a table.';
  static override description =
    'Takes a sweep file, or flags: a base config and axes of values. Everything is checked before anything is ' +
    'trained. The folder of the sweep holds each run, as `train` makes it, and at the end results.md, .csv, .json ' +
    'and .svg. The same command continues a sweep: it skips finished runs and resumes an unfinished one. A run ' +
    'that fails does not stop the rest. The command may run several times at once: each takes runs that no other has.';
  static override examples = [
    '<%= config.bin %> sweep --preset quickstart --grid generator.channels,discriminator.channels=16,32 --grid batchSize=32,64 --seeds 3',
    '<%= config.bin %> sweep table.yaml --plan',
    '<%= config.bin %> sweep table.yaml --equal images --extractor trained-classifier --weights shapes.safetensors',
    '<%= config.bin %> sweep sweeps/table',
  ];
  static override args = {
    sweep: Args.string({ description: 'sweep file, or the folder of a sweep to go on with' }),
  };
  static override flags = {
    ...sourceFlags,
    ...sweepFlags,
    name: Flags.string({
      char: 'n',
      description: 'of the sweep; its folder is sweeps/<name>',
      helpValue: '<name>',
    }),
    out: pathFlag({
      char: 'o',
      description: 'folder of the sweep, instead of sweeps/<name>',
      helpValue: '<folder>',
    }),
    plan: Flags.boolean({ description: 'check everything, print what there is to do, and stop' }),
    estimate: Flags.boolean({
      description: 'time a few steps first, to say how long it takes',
      default: true,
      allowNo: true,
    }),
    retry: Flags.boolean({ description: 'go on with runs that a stabilizer ended, too' }),
    ...sweepMeasureFlags,
    ...recipeFlags,
    ...engineFlags,
    json: Flags.boolean({ description: 'print events as JSON lines' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Sweep);
    const toolkit = await import('@ganymede/toolkit');
    const { defaultPreset, mergeSweeps, parseSweep, readSweep } = toolkit;
    const place = args.sweep === undefined ? null : placeOf(args.sweep, toolkit.sweepsFolder);
    const readImages = await imagesReaderOf(await pluginsOf(flags));
    const ofFile: SweepDocument = place === null ? {} : await readSweep(place.file);
    const ofFlags = sweepOfFlags(flags, toolkit, readImages);
    const isBare = place === null && flags.preset === undefined && flags.config === undefined;
    const implied: SweepDocument = isBare ? { base: { preset: defaultPreset() } } : {};
    const merged = mergeSweeps(mergeSweeps(implied, ofFile), ofFlags);
    const spec = parseSweep({ ...(place && { name: place.name }), ...merged }, 'sweep', '.');
    const sweep = await toolkit.resolveSweep(spec);
    const folder = flags.out ?? place?.folder ?? join(toolkit.sweepsFolder, sweep.name);

    const now = await monotonicClock();
    const view = chooseSweepView({ json: flags.json, stream: process.stdout, now });
    view.note(`sweep ${shownPath(folder)}`);
    if (isBare) view.note(`preset ${defaultPreset()}, since neither --preset nor --config was given`);
    const { retry, estimate: measure } = flags;
    const plan = await toolkit.planSweep(sweep, {
      folder,
      retry,
      measure,
      onEvent: (text) => view.note(text),
    });
    view.plan(plan, planLines(plan, sweep));
    if (flags.plan) return;
    const code = await this.carryOut({ sweep, folder, retry }, plan, view, { ...toolkit, now });
    if (code !== 0) this.exit(code);
  }

  /** @returns the exit code */
  private async carryOut(
    options: Pick<RunSweepOptions, 'sweep' | 'folder' | 'retry'>,
    plan: SweepPlan,
    view: SweepView,
    { runSweep, resultsTable, now }: SweepToolkit,
  ): Promise<number> {
    try {
      const forecast = new SweepForecast(plan, now);
      const note = (text: string): void => view.note(text);
      const { made: outcome, stopped } = await endInOrder(note, (signal, follow) => {
        const onEvent = (event: SweepEvent): void => {
          follow(event);
          view.event(event, forecast.secondsLeft(event));
        };
        return runSweep({ ...options, signal, onEvent });
      });
      view.outcome(outcome, outcomeLines(outcome, resultsTable(outcome.results)));
      const states = Object.values(outcome.ends).map(({ state }) => state);
      return stopped ?? (states.includes('failed') ? exitCodes.failed : exitCodes.ok);
    } finally {
      view.close();
    }
  }
}

/** What of the toolkit carries a sweep out; it is loaded when the command runs. */
interface SweepToolkit {
  readonly runSweep: typeof runSweep;
  readonly resultsTable: typeof resultsTable;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
}

/** A sweep's folder by path or by name, else a file. */
function placeOf(
  given: string,
  sweepsFolder: string,
): { readonly file: string; readonly folder: string | null; readonly name: string } {
  const folder = [given, join(sweepsFolder, given)].find((path) => existsSync(join(path, 'sweep.json')));
  if (folder !== undefined && (!existsSync(given) || statSync(given).isDirectory()))
    return { file: join(folder, 'sweep.json'), folder, name: basename(folder) };
  return { file: given, folder: null, name: basename(given, extname(given)) };
}
