import { join } from 'node:path';

/** The folder that holds sweeps, below the current one. */
export const sweepsFolder = 'sweeps';

/** Names of what lies in a sweep's folder. */
export const sweepLayout = {
  /** The sweep in its full form; itself a sweep file. */
  spec: 'sweep.json',
  /** A folder for each run, as `train` makes it. */
  runs: 'runs',
  /** What became of each run, and the lock of whoever works on it. */
  records: 'records',
  results: 'results.json',
  csv: 'results.csv',
  table: 'results.md',
  plot: 'results.svg',
} as const;

export function runFolderOf(sweepFolder: string, id: string): string {
  return join(sweepFolder, sweepLayout.runs, id);
}

export function recordFolderOf(sweepFolder: string, id: string): string {
  return join(sweepFolder, sweepLayout.records, id);
}
