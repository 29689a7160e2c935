import { stateOf, type ImageShape, type ComponentChoice, type PluginHost } from '@ganymede/core';
import { RunEvaluator } from '../evaluate-run.js';
import type { Evaluation } from '../manifest.js';
import type { EvaluateRunOptions } from '../types.js';
import { badThresholds } from '../errors.js';
import { labelsPerClass, readVariables, type HostTensor } from '@ganymede/runs';
import { isSaturated, saturationOf } from './saturation.js';

/** The paper's figure goes from almost none of the prior to all of it. */
export const defaultThresholds: readonly number[] = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1, 1.25, 1.5, 2];

/** Images of a threshold that are looked at, and the most classes that they are of. */
const shownPerStep = 20;
const shownClasses = 10;

export interface SweepOptions extends Omit<EvaluateRunOptions, 'truncation' | 'statistics' | 'sampler'> {
  /** Component of slot `truncation`: what a threshold means. */
  readonly convention: string;
  /** Ascending, positive. */
  readonly thresholds?: readonly number[];
  readonly onStep?: (step: TruncationStep, done: number, total: number) => void;
}

/** One threshold and what came of it. */
export interface TruncationStep {
  /** Null for the prior itself. */
  readonly threshold: number | null;
  readonly evaluation: Evaluation;
  /** Share of channel values at an end of the range. */
  readonly saturation: number;
  /** Many more of them than in the data. */
  readonly saturated: boolean;
  /** Standing statistics under this threshold, by dotted name: they belong to the threshold as it is used. */
  readonly statistics: Readonly<Record<string, HostTensor>>;
  /** Up to 20 images, uint8 [N, H, W, C]: of the same classes at every threshold. */
  readonly shown: Uint8Array;
}

export interface TruncationCurve {
  readonly run: string;
  readonly convention: string;
  /** Share of values at an end of the range in the reference. */
  readonly referenceSaturation: number;
  readonly imageShape: ImageShape;
  /** Ascending; the prior itself comes last. */
  readonly steps: readonly TruncationStep[];
}

/**
 * Measures a run at every threshold and without one. Statistics of batch normalization are accumulated afresh for each
 * (arXiv:1809.11096, section 3.1): those of the whole prior do not fit latents from its middle.
 * @throws BAD_THRESHOLD, and as `evaluateRun`
 */
export async function sweepTruncation(host: PluginHost, options: SweepOptions): Promise<TruncationCurve> {
  const { convention, thresholds = defaultThresholds, onStep } = options;
  const isAscending = thresholds.every(
    (value, i) => value > (thresholds[i - 1] ?? 0) && Number.isFinite(value),
  );
  if (thresholds.length === 0 || !isAscending) throw badThresholds(thresholds);
  const evaluator = await RunEvaluator.open(host, { ...options, statistics: 'standing' });
  return evaluator.closedAfter(async () => {
    const referenceSaturation = await saturationOf(evaluator.real);
    const { classes, shape: imageShape } = evaluator.opened;
    const toShow = labelsToShow(classes.length);
    const steps: TruncationStep[] = [];
    for (const threshold of [...thresholds, null]) {
      const truncation: ComponentChoice | undefined =
        threshold === null ? undefined : { use: convention, threshold };
      const { evaluation, saturation, shown } = await evaluator.evaluate(truncation, toShow);
      const step: TruncationStep = {
        threshold,
        evaluation,
        saturation,
        saturated: isSaturated(saturation, referenceSaturation),
        statistics: await standingStatistics(evaluator),
        shown,
      };
      steps.push(step);
      onStep?.(step, steps.length, thresholds.length + 1);
    }
    return { run: options.run, convention, referenceSaturation, imageShape, steps };
  });
}

/** As many images of each of the first classes as there is room for. */
function labelsToShow(classes: number): Int32Array {
  const shown = Math.min(classes, shownClasses);
  const perClass = Math.floor(shownPerStep / shown);
  return labelsPerClass(
    Array.from({ length: shown }, (_, label) => label),
    perClass,
  );
}

async function standingStatistics({ opened }: RunEvaluator): Promise<Record<string, HostTensor>> {
  const standing = Object.fromEntries(
    Object.entries(stateOf(opened.generator)).filter(([name]) => /(^|\.)standing/i.test(name)),
  );
  return readVariables(standing);
}

export type TruncationGoal = 'best-fid' | 'best-is';

/**
 * The step that serves a goal: the least FID or the greatest Inception Score, among steps without saturation if there
 * are any.
 * @returns null where no step has that number
 */
export function chooseTruncation({ steps }: TruncationCurve, goal: TruncationGoal): TruncationStep | null {
  const [name, sign] = goal === 'best-fid' ? (['fid', 1] as const) : (['inceptionScore', -1] as const);
  const measured = steps.filter(({ evaluation }) => Number.isFinite(evaluation.numbers[name]));
  const clean = measured.filter(({ saturated }) => !saturated);
  const candidates = clean.length > 0 ? clean : measured;
  return candidates.reduce<TruncationStep | null>(
    (best, step) =>
      best === null || sign * step.evaluation.numbers[name]! < sign * best.evaluation.numbers[name]!
        ? step
        : best,
    null,
  );
}
