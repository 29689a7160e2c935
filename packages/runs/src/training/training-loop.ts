import * as tf from '@tensorflow/tfjs';
import {
  checkpointSteps,
  stepFolderName,
  takeCheckpointRequest,
  type RunFolder,
} from '@ganymede/checkpoints';
import {
  isGanymedeError,
  type BackendProfile,
  type Clock,
  type EvaluatedNumber,
  type StabilizerAction,
} from '@ganymede/core';
import type { StepReport } from '@ganymede/trainer';
import { sheetPng } from '@ganymede/figures';
import { runStopped } from '../errors.js';
import type { RunEvent, TrainResult } from '../types.js';
import type { Evaluator } from './evaluator.js';
import { Pace } from './pace.js';
import type { RunLog } from './run-log.js';
import type { Sessions } from './sessions.js';
import type { StepProfiler } from './step-profiler.js';
import { readSession } from './session-state.js';
import type { TrainingSession } from './training-session.js';
import { healthySteps, needsUpdateNorms, watchStep } from './watch.js';

type RollbackAction = Extract<StabilizerAction, { readonly kind: 'rollback' }>;

/** The step of the newest checkpoint that is not after a step; null if there is none. */
async function newestCheckpoint(runFolder: string, step: number): Promise<number | null> {
  return (await checkpointSteps(runFolder)).filter((one) => one <= step).at(-1) ?? null;
}

/** Steps, and what comes between them: events, sheets, checkpoints, stabilizers. */
export class TrainingLoop {
  private pace = new Pace();
  private images = 0;
  private lastSheet: { readonly step: number; readonly path: string } | null = null;
  private lastCheckpoint = { step: -1, folder: '' };
  private lastEmaSnapshot = -1;
  /** What the stabilizers have not seen yet. */
  private evaluation: EvaluatedNumber | null = null;
  /** Whether the networks are as a whole step left them. */
  private isWhole = true;

  constructor(
    private readonly folder: RunFolder,
    private readonly sessions: Sessions,
    private readonly log: RunLog,
    private readonly profiler: StepProfiler,
    private readonly onEvent: (event: RunEvent) => void,
    private readonly signal: AbortSignal | undefined,
    private readonly clock: Clock,
  ) {}

  private get session(): TrainingSession {
    return this.sessions.session;
  }

  async run(): Promise<TrainResult> {
    const { signal } = this;
    if (this.keepsStart && this.session.trainer.step === 0) await this.writeCheckpoint();
    this.evaluation = (await this.sessions.evaluator?.evaluated(this.session.trainer.step)) ?? null;
    this.onEvent({ kind: 'phase', text: 'compiling the training step' });
    this.pace.add(this.clock.monotonic(), 0, this.session.trainer.step);
    try {
      await this.takeSteps();
    } catch (error) {
      await this.keepWhole(error);
      throw error;
    }
    await this.keepProfile(this.profiler.stop());
    const { trainer } = this.session;
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

  private async takeSteps(): Promise<void> {
    const { signal } = this;
    const { config } = this.session;
    while (this.session.trainer.step < config.steps && !signal?.aborted) {
      this.profiler.beforeStep();
      const updateNorms = needsUpdateNorms(this.session, this.session.trainer.step + 1);
      this.isWhole = false;
      const report = await this.session.trainer.advance({ updateNorms });
      this.isWhole = true;
      await this.keepProfile(this.profiler.afterStep());
      this.images += report.images;
      this.pace.add(this.clock.monotonic(), this.images, report.step);
      this.tellStep(report);
      if (await this.watch(report)) continue;
      await this.writeEmaSnapshot();
      if (report.step % config.sample.every === 0) await this.writeSheet();
      const isAsked = await takeCheckpointRequest(this.folder.path);
      if (isAsked || report.step % config.checkpoint.every === 0) await this.writeCheckpoint();
      const { evaluator } = this.sessions;
      if (evaluator && report.step % config.evaluate.every === 0) await this.evaluate(evaluator);
    }
  }

  /**
   * Saves the run as it is after its last whole step, where what failed came after it: a stabilizer, an evaluation, a sheet.
   * A step that fails in its middle has moved one network and not the other; then the checkpoint before it stays the newest.
   */
  private async keepWhole(error: unknown): Promise<void> {
    const isPlugins = !isGanymedeError(error) || error.code === 'COMPONENT_FAILED';
    if (!isPlugins || !this.isWhole || this.session.trainer.step === 0) return;
    try {
      await this.writeCheckpoint();
      this.onEvent({
        kind: 'note',
        text: `step ${this.session.trainer.step} is saved: the run can go on from it`,
      });
    } catch {
      // What failed first is what the user has to know.
    }
  }

  /** Whether a rollback may need the start: where weights came from elsewhere, they may be gone by then, or be others. */
  private get keepsStart(): boolean {
    const { config } = this.session;
    return config.init !== null && config.stabilizers.length > 0;
  }

  private tellStep({ step, scalars }: StepReport): void {
    const { imagesPerSecond } = this.pace;
    const { steps, log } = this.session.config;
    const secondsLeft = this.pace.secondsLeft(steps);
    this.onEvent({ kind: 'step', step, steps, imagesPerSecond, secondsLeft, losses: scalars });
    if (step % log.every !== 0) return;
    const { numTensors } = tf.memory();
    this.log.record({
      step,
      ...scalars,
      imagesPerSecond,
      tensors: numTensors,
      residentBytes: process.memoryUsage.rss(),
    });
  }

  /**
   * @returns whether the run was rolled back
   * @throws RUN_STOPPED where a stabilizer ends the run
   */
  private async watch(report: StepReport): Promise<boolean> {
    const { evaluation } = this;
    this.evaluation = null;
    const decision = await watchStep(
      this.session,
      report,
      evaluation,
      (event) => this.log.record(event),
      (text) => this.onEvent({ kind: 'note', text }),
    );
    if (decision?.kind === 'rollback') await this.rollBack(report.step, decision);
    if (decision?.kind !== 'stop') return decision !== null;
    const [healthy] = healthySteps(this.session);
    throw runStopped(decision.evidence, await newestCheckpoint(this.folder.path, healthy ?? report.step));
  }

  /** Goes back to the newest checkpoint that is healthy, or to the start, with a changed recipe. */
  private async rollBack(from: number, { evidence, to: wanted, change }: RollbackAction): Promise<void> {
    const checkpoint = await this.folder.rollBack(wanted);
    const to = checkpoint?.step ?? 0;
    const changes = [...this.session.changes, { from, to, evidence, change }];
    this.onEvent({
      kind: 'note',
      text: `rolled back from step ${from} to step ${to}: rollback ${changes.length}`,
    });
    const session = await this.sessions.open(changes);
    if (checkpoint) {
      const { tensorFiles, state } = await readSession(checkpoint.folder);
      session.restore(tensorFiles, state, this.folder.path);
    }
    // From the start all factors come anew; a checkpoint's has those of the rollbacks before this one.
    for (const { learningRates } of (checkpoint ? changes.slice(-1) : changes).map((one) => one.change))
      if (learningRates) session.trainer.scaleLearningRates(learningRates);
    await this.sessions.openEvaluator();
    this.lastSheet = null;
    this.lastCheckpoint = { step: -1, folder: '' };
    this.lastEmaSnapshot = -1;
    this.pace = new Pace();
    this.pace.add(this.clock.monotonic(), this.images, to);
    this.log.record({ step: to, rollback: { number: changes.length, from, to, evidence, change } });
    // The checkpoint's place is taken by one with the changed recipe, which a resumed run goes on with.
    await this.writeCheckpoint();
  }

  private async keepProfile(profile: BackendProfile | null): Promise<void> {
    if (!profile) return;
    const path = await this.folder.writeProfile(this.session.trainer.step, profile.files);
    this.onEvent({ kind: 'profile', path, ops: profile.ops });
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

  /** Measures the generator; a best one is saved before the run goes on, and kept from then on. */
  private async evaluate(evaluator: Evaluator): Promise<void> {
    const { step } = this.session.trainer;
    const tell = (text: string): void => this.onEvent({ kind: 'phase', text });
    let made;
    try {
      made = await evaluator.evaluate(step, tell, this.signal);
    } catch (error) {
      // Whoever stops the run does not want to wait for the numbers.
      if (isGanymedeError(error) && error.code === 'EVALUATION_STOPPED') return;
      throw error;
    }
    const { evaluation, path, best, isBest } = made;
    const { numbers, cautions } = evaluation;
    this.log.record({ step, ...prefixed(numbers) });
    if (isBest && best) {
      await this.writeCheckpoint();
      await evaluator.keepBest(best);
    }
    this.evaluation = await evaluator.evaluated(step);
    this.onEvent({ kind: 'evaluation', path, step, numbers, cautions, isBest });
    this.pace.rest();
    this.pace.add(this.clock.monotonic(), this.images, step);
  }

  /** Keeps the power-function averages of a step that is due, and of the last one. */
  private async writeEmaSnapshot(): Promise<void> {
    const { trainer, config } = this.session;
    const { step } = trainer;
    const isDue = config.posthocEma && (step % config.posthocEma.every === 0 || step === config.steps);
    if (!isDue || step === this.lastEmaSnapshot) return;
    const snapshot = await this.session.averagesSnapshot();
    if (snapshot) await this.folder.writeEmaSnapshot(step, snapshot);
    this.lastEmaSnapshot = step;
  }

  private async writeCheckpoint(): Promise<void> {
    const { trainer, config } = this.session;
    if (trainer.step === this.lastCheckpoint.step) return;
    // A run that goes on from the checkpoint does not come to this step again.
    await this.writeEmaSnapshot();
    const folder = await this.folder.writeCheckpoint(trainer.step, await this.session.snapshot());
    this.lastCheckpoint = { step: trainer.step, folder };
    const healthy = healthySteps(this.session).map((step) => newestCheckpoint(this.folder.path, step));
    const best = this.sessions.evaluator?.bestStep ?? null;
    const wanted = [...(await Promise.all(healthy)), best, this.keepsStart ? 0 : null];
    const keepSteps = wanted.filter((step) => step !== null);
    await this.folder.pruneCheckpoints({ keepLast: config.checkpoint.keepLast, keepSteps });
    this.onEvent({ kind: 'checkpoint', path: folder });
  }
}

/** Numbers of an evaluation beside losses, under names of their own. */
function prefixed(numbers: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(numbers).map(([name, value]) => [`metric/${name}`, value]));
}
