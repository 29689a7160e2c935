import { join } from 'node:path';
import { writeFileSafely } from '@ganymede/files';
import type { SweepResults } from './collect-results.js';
import { resultsPlot } from './results-plot.js';
import { resultsMarkdown } from './results-table.js';
import { sweepLayout } from './sweep-layout.js';

/** Paths of what was written. */
export interface WrittenResults {
  /** Everything, each run's numbers with their manifest. */
  readonly json: string;
  /** A line for each run. */
  readonly csv: string;
  /** Markdown: a row for each cell, over its seeds. */
  readonly table: string;
  readonly plot: string;
}

/** Writes the results of a sweep into its folder, in place of those before. @throws DISK_FULL, CANNOT_WRITE */
export async function writeResults(results: SweepResults, folder: string): Promise<WrittenResults> {
  const written = {
    json: join(folder, sweepLayout.results),
    csv: join(folder, sweepLayout.csv),
    table: join(folder, sweepLayout.table),
    plot: join(folder, sweepLayout.plot),
  };
  await writeFileSafely(written.json, `${JSON.stringify(results, null, 2)}\n`);
  await writeFileSafely(written.csv, resultsCsv(results));
  await writeFileSafely(written.table, resultsMarkdown(results));
  await writeFileSafely(written.plot, resultsPlot(results));
  return written;
}

/** A line for each run: its settings, how far it came, and its numbers. */
export function resultsCsv({ settings, columns, rows, runs }: SweepResults): string {
  const heads = [
    'cell',
    ...settings,
    'seed',
    'state',
    'step',
    'images',
    'seconds',
    ...columns.map(({ title }) => title),
  ];
  const lines = runs.map(({ cell, seed, state, step, images, seconds, values }) => [
    cell,
    ...rows.find((row) => row.cell === cell)!.settings,
    String(seed),
    state,
    String(step),
    String(images),
    seconds.toFixed(1),
    ...values.map((value) => (value === null ? '' : String(value))),
  ]);
  const quoted = (cell: string): string => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  return [heads, ...lines].map((line) => `${line.map(quoted).join(',')}\n`).join('');
}
