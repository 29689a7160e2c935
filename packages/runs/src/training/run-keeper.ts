import {
  checkpointSteps,
  stepFolderName,
  takeCheckpointRequest,
  type RunFolder,
} from '@ganymede/checkpoints';
import type { BackendProfile, EvaluatedNumber, TrainingEvent } from '@ganymede/core';
import { sheetPng } from '@ganymede/figures';
import type { RunEvent, TrainResult } from '../types.js';
import type { Evaluator, RunEvaluation } from './evaluator.js';
import type { RunLog } from './run-log.js';
import { readSession } from './session-state.js';
import type { Sessions } from './sessions.js';
import type { TrainingSession } from './training-session.js';
import { healthySteps } from './watch.js';

/** Of a step that is due for several. */
export interface Due {
  readonly sheet: boolean;
  readonly checkpoint: boolean;
  readonly evaluation: boolean;
  readonly emaSnapshot: boolean;
}

/** Writes what a run leaves behind: events, sheets, checkpoints, evaluations. One process of a run has it, the leader. */
export class RunKeeper {
  private lastSheet: { readonly step: number; readonly path: string } | null = null;
  private lastCheckpoint = { step: -1, folder: '' };
  private lastEmaSnapshot = -1;

  constructor(
    private readonly folder: RunFolder,
    private readonly sessions: Sessions,
    private readonly log: RunLog,
    private readonly onEvent: (event: RunEvent) => void,
  ) {}

  private get session(): TrainingSession {
    return this.sessions.session;
  }

  record(event: TrainingEvent): void {
    this.log.record(event);
  }

  /** Before the first step: the start, where a rollback may need it. */
  async begin(): Promise<void> {
    if (this.keepsStart && this.session.trainer.step === 0) await this.writeCheckpoint();
  }

  /** Whether a rollback may need the start: where weights came from elsewhere, they may be gone by then, or be others. */
  private get keepsStart(): boolean {
    const { config } = this.session;
    return config.init !== null && config.stabilizers.length > 0;
  }

  /** Whether somebody asked for a checkpoint from outside since this was last asked. */
  takeRequest(): Promise<boolean> {
    return takeCheckpointRequest(this.folder.path);
  }

  /** The decisive number of the evaluation at the session's step; null where there was none. */
  async evaluated(): Promise<EvaluatedNumber | null> {
    return (await this.sessions.evaluator?.evaluated(this.session.trainer.step)) ?? null;
  }

  async keep(due: Due): Promise<void> {
    if (due.emaSnapshot) await this.writeEmaSnapshot();
    if (due.sheet) await this.writeSheet();
    if (due.checkpoint || (await this.takeRequest())) await this.writeCheckpoint();
  }

  async finish(): Promise<TrainResult> {
    // The last checkpoint is the one that was asked for.
    await this.takeRequest();
    await this.writeCheckpoint();
    await this.writeSheet();
    return {
      runFolder: this.folder.path,
      step: this.session.trainer.step,
      sheet: this.lastSheet?.path ?? null,
      checkpoint: this.lastCheckpoint.folder,
    };
  }

  /** The step of the newest checkpoint that is not after a step; null if there is none. */
  async newestCheckpoint(step: number): Promise<number | null> {
    return (await checkpointSteps(this.folder.path)).filter((one) => one <= step).at(-1) ?? null;
  }

  /** Takes back all after the newest checkpoint that is not after a step. @returns the checkpoint's step; 0 for the start */
  async rollBack(wanted: number): Promise<{ readonly to: number; readonly checkpoint: string | null }> {
    const checkpoint = await this.folder.rollBack(wanted);
    return { to: checkpoint?.step ?? 0, checkpoint: checkpoint?.folder ?? null };
  }

  /** Gives the session, which was opened anew, what a checkpoint has. */
  async restore(checkpoint: string): Promise<void> {
    const { tensorFiles, state } = await readSession(checkpoint);
    this.session.restore(tensorFiles, state, this.folder.path);
  }

  /** After a rollback: the checkpoint's place is taken by one with the changed recipe, which a resumed run goes on with. */
  async beginAgain(event: TrainingEvent): Promise<void> {
    await this.sessions.openEvaluator();
    this.lastSheet = null;
    this.lastCheckpoint = { step: -1, folder: '' };
    this.lastEmaSnapshot = -1;
    this.log.record(event);
    await this.writeCheckpoint();
  }

  async keepProfile(profile: BackendProfile | null): Promise<void> {
    if (!profile) return;
    const path = await this.folder.writeProfile(this.session.trainer.step, profile.files);
    this.onEvent({ kind: 'profile', path, ops: profile.ops });
  }

  async writeCheckpoint(): Promise<void> {
    const { trainer, config } = this.session;
    if (trainer.step === this.lastCheckpoint.step) return;
    // A run that goes on from the checkpoint does not come to this step again.
    if (emaSnapshotDue(this.session)) await this.writeEmaSnapshot();
    const folder = await this.folder.writeCheckpoint(trainer.step, await this.session.snapshot());
    this.lastCheckpoint = { step: trainer.step, folder };
    const healthy = healthySteps(this.session).map((step) => this.newestCheckpoint(step));
    const best = this.sessions.evaluator?.bestStep ?? null;
    const wanted = [...(await Promise.all(healthy)), best, this.keepsStart ? 0 : null];
    const keepSteps = wanted.filter((step) => step !== null);
    await this.folder.pruneCheckpoints({ keepLast: config.checkpoint.keepLast, keepSteps });
    this.onEvent({ kind: 'checkpoint', path: folder });
  }

  private async writeSheet(): Promise<void> {
    const { trainer, dataset } = this.session;
    if (this.lastSheet?.step === trainer.step) return;
    const made = await (await this.sessions.sheets()).make();
    const png = await sheetPng(made.images, dataset.imageShape, made.columns);
    const path = await this.folder.writeSample(`${stepFolderName(trainer.step)}.png`, png);
    this.lastSheet = { step: trainer.step, path };
    this.onEvent({ kind: 'sheet', path });
  }

  /**
   * Keeps what all have measured; a best one is saved before the run goes on, and kept from then on.
   * @returns the decisive number
   */
  async keepEvaluation(evaluator: Evaluator, made: RunEvaluation): Promise<EvaluatedNumber | null> {
    const { step } = this.session.trainer;
    const { evaluation, path, best, isBest } = made;
    const { numbers, cautions } = evaluation;
    this.log.record({ step, ...prefixed(numbers) });
    if (isBest && best) {
      await this.writeCheckpoint();
      await evaluator.keepBest(best);
    }
    this.onEvent({ kind: 'evaluation', path, step, numbers, cautions, isBest });
    return evaluator.evaluated(step);
  }

  private async writeEmaSnapshot(): Promise<void> {
    const { step } = this.session.trainer;
    if (step === this.lastEmaSnapshot) return;
    const snapshot = await this.session.averagesSnapshot();
    if (snapshot) await this.folder.writeEmaSnapshot(step, snapshot);
    this.lastEmaSnapshot = step;
  }
}

/** What is due after a step; the same in all processes of a run. */
export function dueAt(session: TrainingSession): Due {
  const { trainer, config } = session;
  const { step } = trainer;
  return {
    sheet: step % config.sample.every === 0,
    checkpoint: step % config.checkpoint.every === 0,
    evaluation: config.evaluate.every > 0 && step % config.evaluate.every === 0,
    emaSnapshot: emaSnapshotDue(session),
  };
}

/** The power-function averages of a step that is due are kept, and those of the last one. */
function emaSnapshotDue({ config, trainer: { step } }: TrainingSession): boolean {
  return config.posthocEma !== null && (step % config.posthocEma.every === 0 || step === config.steps);
}

/** Numbers of an evaluation beside losses, under names of their own. */
function prefixed(numbers: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(numbers).map(([name, value]) => [`metric/${name}`, value]));
}
