import { alignedLines } from './aligned-lines.js';
import { counted, formatDuration, shownPath } from './format.js';
import type { ResolvedSweep, ResultsTable, SweepOutcome, SweepPlan } from '@ganymede/toolkit';
import { comparedCaution } from './evaluation-lines.js';

/** What there is to do, for people. */
export function planLines(plan: SweepPlan, { equal, evaluate, cells }: ResolvedSweep): readonly string[] {
  const { runs, done, stopped, toTrain, toMeasure, seconds, basis } = plan;
  const ofCell = (cell: string) => toTrain.filter((one) => one.cell === cell);
  const rows = cells.flatMap(({ name }) => {
    const own = ofCell(name);
    const [first] = own;
    if (!first) return [];
    const millions = `${(first.parameters / 1e6).toFixed(2)} M`;
    return [[name, String(own.length), String(first.steps), String(first.images), millions]];
  });
  const images = toTrain.reduce((sum, one) => sum + one.images * (1 - one.done / one.steps), 0);
  const parts = [
    ...(done > 0 ? [`${done} done`] : []),
    ...(stopped > 0 ? [`${stopped} ended by a stabilizer`] : []),
    ...(toMeasure > 0 ? [`${toMeasure} to measure`] : []),
    `${toTrain.length} to train`,
  ];
  const time = seconds === null ? '' : `, about ${formatDuration(seconds)}`;
  return [
    `${counted(cells.length, 'cell')}, ${counted(runs, 'run')} at equal ${equal}: ${parts.join(', ')}`,
    ...(rows.length > 0 ? alignedLines(['cell', 'runs', 'steps', 'images', 'parameters'], rows) : []),
    ...(toTrain.length > 0
      ? [
          `to train: ${Math.round(images)} images${time} without ${evaluate ? 'measuring' : 'what is between runs'} (${basis})`,
        ]
      : []),
  ];
}

/** The table, what keeps its columns apart, what is missing, and where everything lies. */
export function outcomeLines(
  { results, files, finished, ends }: SweepOutcome,
  { heads, rows }: ResultsTable,
): readonly string[] {
  const all = Object.values(ends);
  const stopped = all.filter((end) => end.state === 'failed' && end.error.code === 'RUN_STOPPED').length;
  const failed = all.filter(({ state }) => state === 'failed').length - stopped;
  const elsewhere = all.filter(({ state }) => state === 'elsewhere').length;
  const { table, csv, json, plot } = files;
  return [
    '',
    ...alignedLines(heads, rows),
    ...results.differences,
    ...results.cautions.map(comparedCaution),
    ...(failed > 0 ? [`${counted(failed, 'run')} failed: the same command tries again`] : []),
    ...(stopped > 0
      ? [
          `${counted(stopped, 'run')} ${stopped === 1 ? 'was' : 'were'} ended by a stabilizer: --retry goes on with ${stopped === 1 ? 'it' : 'them'}`,
        ]
      : []),
    ...(elsewhere > 0
      ? [`${counted(elsewhere, 'run')} with another process, which adds them to the table`]
      : []),
    ...(!finished && failed + stopped + elsewhere === 0 ? ['not finished: the same command goes on'] : []),
    `wrote ${[table, csv, json, plot].map((path) => shownPath(path)).join(', ')}`,
  ];
}
