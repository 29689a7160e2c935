import * as tf from '@tensorflow/tfjs';
import { performance } from 'node:perf_hooks';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readCheckpoint, RunFolder, runLayout, stepFolderName } from '@ganymede/checkpoints';
import { GanymedeError, type BackendProfile } from '@ganymede/core';
import type { StepReport } from '@ganymede/trainer';
import { createContainer } from '../container.js';
import { initializeSession } from '../weights/initialize-session.js';
import { sheetPng } from '../images/sheet.js';
import { dataCache } from './cache.js';
import { describeEnvironment } from './environment.js';
import { Pace } from './progress.js';
import { StepProfiler } from './step-profiler.js';
import { TrainingSession, type SessionState } from './training-session.js';
import type { RunEvent, TrainOptions, TrainResult } from './types.js';

/** Trains a run to its last step, or until the signal; either way it ends with a checkpoint. */
export async function train(options: TrainOptions): Promise<TrainResult> {
  const { config, resume } = options;
  const onEvent = options.onEvent ?? (() => undefined);
  const container = await createContainer({
    config,
    plugins: options.plugins ?? [],
    runFolder: options.runFolder,
  });
  // A run that goes on is locked first; a new one gets its folder when its data and networks stand, so that a wrong
  // path or option leaves nothing behind.
  const existing = resume || existsSync(join(options.runFolder, runLayout.config));
  const opened = existing ? await openRun(options) : null;
  try {
    const tell = (text: string): void => onEvent({ kind: 'phase', text });
    const session = await TrainingSession.open(container, config, dataCache(), tell);
    try {
      const { backendDescription, recipe } = session;
      const profiler = new StepProfiler(recipe.backend, options.profileSteps ?? 0);
      const environment = describeEnvironment(backendDescription, recipe.precision, container.manifest);
      const run = opened ?? (await RunFolder.create(options.runFolder, { config, environment }));
      try {
        if (opened) await run.writeEnvironment(environment);
        if (session.backendNote) onEvent({ kind: 'note', text: session.backendNote });
        reportSkipped(session, onEvent);
        const restored = resume && (await restoreLatest(run, session, onEvent));
        if (!restored && config.init !== null) {
          for (const text of await initializeSession(session, container, config.init))
            onEvent({ kind: 'note', text });
        }
        return await new TrainingLoop(run, session, profiler, onEvent, options.signal).run();
      } finally {
        if (!opened) await run.close();
      }
    } finally {
      await session.close();
    }
  } finally {
    await opened?.close();
  }
}

/** The run to resume; for a new run in a folder that has one, the error that says so. */
function openRun({ resume, runFolder, config }: TrainOptions): Promise<RunFolder> {
  return resume ? RunFolder.open(runFolder) : RunFolder.create(runFolder, { config, environment: {} });
}

function reportSkipped({ dataset }: TrainingSession, onEvent: (event: RunEvent) => void): void {
  const { skipped } = dataset.report;
  for (const { file, reason } of skipped.slice(0, 10))
    onEvent({ kind: 'note', text: `skipped ${file}: ${reason}` });
  if (skipped.length > 10) onEvent({ kind: 'note', text: `skipped ${skipped.length - 10} more files` });
}

/** @returns whether there was a checkpoint */
async function restoreLatest(
  run: RunFolder,
  session: TrainingSession,
  onEvent: (event: RunEvent) => void,
): Promise<boolean> {
  const { checkpoint, skipped, recovered, removedEvents } = await run.resume();
  for (const text of recovered) onEvent({ kind: 'note', text });
  for (const { step, reason } of skipped)
    onEvent({ kind: 'note', text: `checkpoint ${step} was passed over: ${reason}` });
  if (!checkpoint) {
    if (skipped.length > 0) {
      throw new GanymedeError(
        'NO_WHOLE_CHECKPOINT',
        `${run.path}: expected a whole checkpoint, got ${skipped.length} damaged`,
        {
          hint: 'They are left as they are. Start a new run, or restore one from a backup.',
        },
      );
    }
    onEvent({ kind: 'note', text: 'no checkpoint yet: the run starts over' });
    return false;
  }
  const { tensorFiles, state } = await readCheckpoint(checkpoint.folder);
  session.restore(tensorFiles, state as SessionState, run.path);
  const again = removedEvents > 0 ? `, ${removedEvents} later events are done again` : '';
  onEvent({ kind: 'note', text: `resumed at step ${session.trainer.step}${again}` });
  return true;
}

/** Steps, and what comes between them: events, sheets, checkpoints, stabilizers. */
class TrainingLoop {
  private readonly pace = new Pace();
  private images = 0;
  private lastSheet: { readonly step: number; readonly path: string } | null = null;
  private lastCheckpoint = { step: -1, folder: '' };

  constructor(
    private readonly folder: RunFolder,
    private readonly session: TrainingSession,
    private readonly profiler: StepProfiler,
    private readonly onEvent: (event: RunEvent) => void,
    private readonly signal: AbortSignal | undefined,
  ) {}

  async run(): Promise<TrainResult> {
    const { session, signal } = this;
    const { config, trainer } = session;
    this.onEvent({ kind: 'phase', text: 'compiling the training step' });
    this.pace.add(performance.now(), 0, trainer.step);
    while (trainer.step < config.steps && !signal?.aborted) {
      this.profiler.beforeStep();
      const report = await trainer.advance();
      await this.keepProfile(this.profiler.afterStep());
      this.images += report.images;
      this.pace.add(performance.now(), this.images, report.step);
      this.tellStep(report);
      await this.watch(report);
      if (report.step % config.sample.every === 0) await this.writeSheet();
      if (report.step % config.checkpoint.every === 0) await this.writeCheckpoint();
    }
    await this.keepProfile(this.profiler.stop());
    if (signal?.aborted) this.onEvent({ kind: 'note', text: `stopped after step ${trainer.step}` });
    await this.writeCheckpoint();
    await this.writeSheet();
    const { folder } = this.lastCheckpoint;
    return {
      runFolder: this.folder.path,
      step: trainer.step,
      sheet: this.lastSheet?.path ?? null,
      checkpoint: folder,
    };
  }

  private tellStep({ step, scalars }: StepReport): void {
    const { imagesPerSecond } = this.pace;
    const { steps, log } = this.session.config;
    const secondsLeft = this.pace.secondsLeft(steps);
    this.onEvent({ kind: 'step', step, steps, imagesPerSecond, secondsLeft, losses: scalars });
    if (step % log.every !== 0) return;
    const { numTensors } = tf.memory();
    this.folder.events.append({
      step,
      ...scalars,
      imagesPerSecond,
      tensors: numTensors,
      residentBytes: process.memoryUsage.rss(),
    });
  }

  /** @throws RUN_STOPPED where a stabilizer ends the run */
  private async watch({ step, scalars }: StepReport): Promise<void> {
    const { generator, discriminator } = this.session.recipe;
    for (const stabilizer of this.session.stabilizers) {
      if (step % stabilizer.interval !== 0) continue;
      const { action, event } = await stabilizer.observe({ step, generator, discriminator, scalars });
      if (event) this.folder.events.append({ step, ...event });
      if (action.kind === 'continue') continue;
      this.onEvent({ kind: 'note', text: action.evidence });
      this.folder.events.append({ step, stabilizer: action.kind, evidence: action.evidence });
      if (action.kind === 'warn') continue;
      throw new GanymedeError('RUN_STOPPED', `a stabilizer stopped the run: ${action.evidence}`, {
        hint: `The last good checkpoint is kept${this.lastCheckpoint.step >= 0 ? ` (step ${this.lastCheckpoint.step})` : ''}. Lower the learning rates, or add a regularizer such as r1.`,
      });
    }
  }

  private async keepProfile(profile: BackendProfile | null): Promise<void> {
    if (!profile) return;
    const path = await this.folder.writeProfile(this.session.trainer.step, profile.files);
    this.onEvent({ kind: 'profile', path, ops: profile.ops });
  }

  private async writeSheet(): Promise<void> {
    const { trainer, sheet, dataset } = this.session;
    if (this.lastSheet?.step === trainer.step) return;
    const made = await sheet.make();
    const png = await sheetPng(made.images, dataset.imageShape, made.columns);
    const path = await this.folder.writeSample(`${stepFolderName(trainer.step)}.png`, png);
    this.lastSheet = { step: trainer.step, path };
    this.onEvent({ kind: 'sheet', path });
  }

  private async writeCheckpoint(): Promise<void> {
    const { trainer, config } = this.session;
    if (trainer.step === this.lastCheckpoint.step) return;
    const folder = await this.folder.writeCheckpoint(trainer.step, await this.session.snapshot());
    this.lastCheckpoint = { step: trainer.step, folder };
    await this.folder.pruneCheckpoints({ keepLast: config.checkpoint.keepLast });
    this.onEvent({ kind: 'checkpoint', path: folder });
  }
}
