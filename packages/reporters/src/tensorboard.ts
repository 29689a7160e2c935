import { join } from 'node:path';
import { z } from 'zod';
import { AppendFile } from '@ganymede/files';
import { defineComponent, type Reporter, type TrainingEvent } from '@ganymede/core';
import { outputPath } from './output-path.js';
import { recordOf } from './record-file.js';
import { scalarsOf } from './scalars-of.js';
import { restartEvent, scalarsEvent, versionEvent } from './tensorboard-event.js';

/**
 * TensorBoard's event files: every number of every event is a scalar, a path in it a group of charts. Each start of a run
 * begins a file of its own, as TensorBoard expects; where a run goes back, what is done again is marked so.
 */
export class TensorBoardReporter implements Reporter {
  private file: AppendFile | null = null;
  private lastStep = -1;

  /** @param now - milliseconds since 1970 */
  constructor(
    private readonly folder: string,
    private readonly now: () => number,
  ) {}

  report(event: TrainingEvent): void {
    const seconds = this.now() / 1000;
    const isFirst = this.file === null;
    this.file ??= this.open(seconds);
    if (isFirst || event.step < this.lastStep) this.write(restartEvent(seconds, event.step));
    this.lastStep = event.step;
    const scalars = scalarsOf(event);
    if (scalars.length > 0) this.write(scalarsEvent(seconds, event.step, scalars));
  }

  private open(seconds: number): AppendFile {
    const name = `events.out.tfevents.${Math.floor(seconds)}.${process.pid}.ganymede`;
    const file = AppendFile.open(join(this.folder, name), { lines: false });
    file.append(recordOf(versionEvent(seconds)));
    return file;
  }

  private write(event: Uint8Array): void {
    this.file!.append(recordOf(event));
  }

  async close(): Promise<void> {
    this.file?.close();
    this.file = null;
  }
}

export const tensorboard = defineComponent({
  slot: 'reporter',
  id: 'tensorboard',
  summary: 'Writes every number of every event into event files that TensorBoard reads.',
  options: z.strictObject({
    path: z.string().min(1).default('tensorboard').describe("folder; relative to the run's folder"),
  }),
  create: ({ path }, context) =>
    new TensorBoardReporter(outputPath('tensorboard', path, context), () => context.now()),
});
