import { RandomStream } from '@ganymede/core';
import { youngInterval } from './daly.js';
import { simulatedGoodput, type FailureModel } from './simulate-run.js';
import type { StepDurations } from './step-durations.js';

/** Goodput of a run that is saved after so many steps. */
export interface IntervalGoodput {
  readonly everySteps: number;
  readonly goodput: number;
}

/** Intervals that are tried on each side of the expected best, and how many of them lie between it and its double. */
const tried = { eachSide: 8, toDouble: 4 };

/**
 * The interval between checkpoints that loses the least time, by simulation, and what was tried. Every interval meets the same failures,
 * so that what differs is what the interval does. Near its best, lost time over kept is a / k + b k + c for k steps: the
 * best is read from that curve, fitted to all that is within a factor of two.
 * @param seed - the same numbers give the same plan
 */
export function bestInterval(
  model: FailureModel,
  durations: StepDurations,
  seed: number,
): { readonly best: IntervalGoodput; readonly tried: readonly IntervalGoodput[] } {
  const goodputOf = (everySteps: number): IntervalGoodput => ({
    everySteps,
    goodput: simulatedGoodput(model, durations, everySteps, RandomStream.create(seed, 'failures')),
  });
  const expected =
    youngInterval(model.checkpointSeconds, model.hostSecondsToFailure / model.workers) / durations.mean;
  const { eachSide, toDouble } = tried;
  const steps = Array.from({ length: 2 * eachSide + 1 }, (_, i) =>
    Math.max(1, Math.round(expected * 2 ** ((i - eachSide) / toDouble))),
  );
  const all = [...new Set(steps)].map(goodputOf);
  const bestTried = all.reduce((a, b) => (b.goodput > a.goodput ? b : a));
  const near = all.filter(
    ({ everySteps, goodput }) =>
      goodput > 0 && everySteps >= bestTried.everySteps / 2 && everySteps <= bestTried.everySteps * 2,
  );
  const fitted = lowestOf(near.map(({ everySteps, goodput }) => [everySteps, 1 / goodput - 1] as const));
  const isInside =
    fitted !== null && fitted >= bestTried.everySteps / 2 && fitted <= bestTried.everySteps * 2;
  return { best: isInside ? goodputOf(Math.max(1, Math.round(fitted))) : bestTried, tried: all };
}

/** The k where a / k + b k + c, fitted to points by least squares, is lowest; null where it has no such place. */
function lowestOf(points: readonly (readonly [k: number, y: number])[]): number | null {
  if (points.length < 4) return null;
  const scale = points[Math.floor(points.length / 2)]![0];
  const rows = points.map(([k, y]) => ({ terms: [scale / k, k / scale, 1] as const, y }));
  const matrix = [0, 1, 2].map((i) => [
    ...[0, 1, 2].map((j) => rows.reduce((sum, { terms }) => sum + terms[i]! * terms[j]!, 0)),
    rows.reduce((sum, { terms, y }) => sum + terms[i]! * y, 0),
  ]);
  const [a, b] = solved(matrix);
  return a! > 0 && b! > 0 ? scale * Math.sqrt(a! / b!) : null;
}

/** The solution of three equations, whose right sides are the fourth column, by Gauss and Jordan. */
function solved(matrix: readonly number[][]): readonly number[] {
  matrix.forEach((pivot, i) => {
    const divisor = pivot[i]!;
    for (let j = 0; j < pivot.length; j++) pivot[j]! /= divisor;
    for (const row of matrix) {
      if (row === pivot) continue;
      const factor = row[i]!;
      for (let j = 0; j < row.length; j++) row[j]! -= factor * pivot[j]!;
    }
  });
  return matrix.map((row) => row.at(-1)!);
}
