import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { AppendFile } from '@ganymede/files';
import { defineComponent, type Reporter, type TrainingEvent } from '@ganymede/core';
import { outputPath } from './output-path.js';
import { scalarsOf } from './scalars-of.js';

const header = 'step,name,value\n';

/** RFC 4180: quoted where it must be. */
const field = (text: string): string => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** NaN and infinities as numpy and pandas read them. */
const numeral = (value: number): string =>
  Number.isFinite(value) ? String(value) : Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';

/** Of a line; NaN where it has none. */
const stepOf = (line: string): number => Number.parseInt(line, 10);

/**
 * Every number of every event as a row `step,name,value`: names come and go during a run, so that a column for each
 * would not do. A run that goes back, resumed or rolled back, first loses the rows of the steps that are done again.
 */
export class CsvReporter implements Reporter {
  private file: AppendFile | null = null;
  private lastStep = -1;

  constructor(private readonly path: string) {}

  report(event: TrainingEvent): void {
    this.file ??= this.open();
    if (event.step < this.lastStep) this.forgetAfter(event.step);
    this.lastStep = event.step;
    const rows = scalarsOf(event).map(([name, value]) => `${event.step},${field(name)},${numeral(value)}\n`);
    if (rows.length > 0) this.file.append(rows.join(''));
  }

  private open(): AppendFile {
    const file = AppendFile.open(this.path, { lines: true });
    if (file.size === 0) file.append(header);
    this.lastStep = this.lines().map(stepOf).findLast(Number.isInteger) ?? -1;
    return file;
  }

  /** Steps never fall in the file, so what is later is its end. */
  private forgetAfter(step: number): void {
    const lines = this.lines();
    const first = lines.findIndex((line) => stepOf(line) > step);
    if (first < 0) return;
    const kept = lines.slice(0, first).map((line) => `${line}\n`);
    this.file!.shorten(Buffer.byteLength(kept.join('')));
  }

  /** With the header, which has no step. */
  private lines(): readonly string[] {
    return readFileSync(this.path, 'utf8').split('\n').slice(0, -1);
  }

  async close(): Promise<void> {
    this.file?.close();
    this.file = null;
  }
}

export const csv = defineComponent({
  slot: 'reporter',
  id: 'csv',
  summary: 'Writes every number of every event as a row of a CSV file.',
  options: z.strictObject({
    path: z.string().min(1).default('events.csv').describe("file; relative to the run's folder"),
  }),
  create: ({ path }, context) => new CsvReporter(outputPath('csv', path, context)),
});
