import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { defineComponent, type Reporter, type TrainingEvent } from '@ganymede/core';
import { outputPath } from './output-path.js';
import { scalarsOf } from './scalars-of.js';

const header = 'step,name,value\n';

/** RFC 4180: quoted where it must be. */
const field = (text: string): string => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** NaN and infinities as numpy and pandas read them. */
const numeral = (value: number): string =>
  Number.isFinite(value) ? String(value) : Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';

/**
 * Every number of every event as a row `step,name,value`: names come and go during a run, so that a column for each
 * would not do. A run that goes back, resumed or rolled back, first loses the rows of the steps that are done again.
 */
export class CsvReporter implements Reporter {
  private file: number | null = null;
  private lastStep = -1;

  constructor(private readonly path: string) {}

  report(event: TrainingEvent): void {
    this.file ??= this.open();
    if (event.step < this.lastStep) this.forgetAfter(event.step);
    this.lastStep = event.step;
    const rows = scalarsOf(event).map(([name, value]) => `${event.step},${field(name)},${numeral(value)}\n`);
    if (rows.length > 0) writeSync(this.file, rows.join(''));
  }

  private open(): number {
    mkdirSync(dirname(this.path), { recursive: true });
    if (!existsSync(this.path)) writeFileSync(this.path, header);
    const lines = readFileSync(this.path, 'utf8').trimEnd().split('\n');
    this.lastStep = Math.max(-1, ...lines.slice(1).map((line) => Number.parseInt(line, 10) || 0));
    return openSync(this.path, 'a');
  }

  private forgetAfter(step: number): void {
    closeSync(this.file!);
    const [, ...rows] = readFileSync(this.path, 'utf8').trimEnd().split('\n');
    const kept = rows.filter((row) => Number.parseInt(row, 10) <= step);
    writeFileSync(this.path, header + kept.map((row) => `${row}\n`).join(''));
    this.file = openSync(this.path, 'a');
  }

  async close(): Promise<void> {
    if (this.file !== null) closeSync(this.file);
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
