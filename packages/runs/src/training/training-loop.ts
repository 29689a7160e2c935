import * as tf from '@tensorflow/tfjs';
import {
  isGanymedeError,
  type Clock,
  type EvaluatedNumber,
  type StabilizerAction,
  type TrainingEvent,
} from '@ganymede/core';
import type { StepReport } from '@ganymede/trainer';
import type { WorkerGroup } from '@ganymede/workers';
import { runStopped } from '../errors.js';
import type { RunEvent, TrainResult } from '../types.js';
import { Pace } from './pace.js';
import { dueAt, type RunKeeper } from './run-keeper.js';
import type { Sessions } from './sessions.js';
import type { StepProfiler } from './step-profiler.js';
import type { TrainingSession } from './training-session.js';
import { healthySteps, needsUpdateNorms, watchStep } from './watch.js';

type RollbackAction = Extract<StabilizerAction, { readonly kind: 'rollback' }>;

export interface TrainingLoopOptions {
  readonly sessions: Sessions;
  /** All processes of the run take the same steps. */
  readonly group: WorkerGroup;
  /** Null in every process but the leader. */
  readonly keeper: RunKeeper | null;
  readonly profiler: StepProfiler;
  readonly onEvent: (event: RunEvent) => void;
  readonly signal: AbortSignal | undefined;
  readonly clock: Clock;
}

/** Steps, and what comes between them: stabilizers, and what the keeper writes. */
export class TrainingLoop {
  private pace = new Pace();
  private images = 0;
  /** What the stabilizers have not seen yet. */
  private evaluation: EvaluatedNumber | null = null;
  /** Whether the networks are as a whole step left them. */
  private isWhole = true;

  constructor(private readonly parts: TrainingLoopOptions) {}

  private get session(): TrainingSession {
    return this.parts.sessions.session;
  }

  async run(): Promise<TrainResult> {
    const { group, keeper, profiler } = this.parts;
    this.evaluation = await group.share(
      await group.alone(async () => {
        await keeper!.begin();
        return keeper!.evaluated();
      }),
    );
    this.parts.onEvent({ kind: 'phase', text: 'compiling the training step' });
    this.pace.add(this.parts.clock.monotonic(), 0, this.session.trainer.step);
    try {
      await this.takeSteps();
    } catch (error) {
      await this.keepWhole(error);
      throw error;
    }
    await keeper?.keepProfile(profiler.stop());
    return group.share(await group.alone(() => keeper!.finish())) as Promise<TrainResult>;
  }

  private async takeSteps(): Promise<void> {
    const { group, keeper, profiler, signal } = this.parts;
    while (this.session.trainer.step < this.session.config.steps) {
      const wishes = await group.agree({
        stop: signal?.aborted ?? false,
        // Before the first step there is nothing that is not saved.
        checkpoint: this.images > 0 && ((await keeper?.takeRequest()) ?? false),
      });
      if (wishes.checkpoint) await this.between(() => keeper!.writeCheckpoint());
      if (wishes.stop) {
        this.parts.onEvent({ kind: 'note', text: `stopped after step ${this.session.trainer.step}` });
        return;
      }
      profiler.beforeStep();
      const updateNorms = needsUpdateNorms(this.session, this.session.trainer.step + 1);
      this.isWhole = false;
      const report = await group.step(() => this.session.trainer.advance({ updateNorms }));
      this.isWhole = true;
      await keeper?.keepProfile(profiler.afterStep());
      this.images += report.images;
      this.pace.add(this.parts.clock.monotonic(), this.images, report.step);
      this.tellStep(report);
      if (await this.watch(report)) continue;
      await this.keep();
    }
  }

  /** What is due after a step. */
  private async keep(): Promise<void> {
    const { group, keeper } = this.parts;
    const due = dueAt(this.session);
    if (!Object.values(due).includes(true)) return;
    if (due.checkpoint) await group.expectSameVariables(this.session.trainer.variables());
    await this.between(() => keeper!.keep(due));
    if (!due.evaluation) return;
    this.evaluation = await this.evaluate();
    this.pace.rest();
    this.pace.add(this.parts.clock.monotonic(), this.images, this.session.trainer.step);
  }

  /** All processes measure; the leader keeps what came of it. @returns the decisive number, in all of them */
  private async evaluate(): Promise<EvaluatedNumber | null> {
    const { group, keeper, sessions, signal, onEvent } = this.parts;
    const { evaluator } = sessions;
    if (!evaluator) return null;
    const tell = (text: string): void => onEvent({ kind: 'phase', text });
    try {
      const made = await evaluator.evaluate(this.session.trainer.step, tell, signal);
      return await group.share(await this.between(() => keeper!.keepEvaluation(evaluator, made)));
    } catch (error) {
      // Whoever stops the run does not want to wait for the numbers.
      if (isGanymedeError(error) && error.code === 'EVALUATION_STOPPED') return null;
      throw error;
    }
  }

  /** Work of the leader between two steps. */
  private async between<T>(work: () => Promise<T>): Promise<T | null> {
    const { group } = this.parts;
    const result = await group.alone(work);
    group.rest();
    return result;
  }

  /**
   * Saves the run as it is after its last whole step, where what failed came after it: a stabilizer, an evaluation, a sheet.
   * A step that fails in its middle has moved one network and not the other; then the checkpoint before it stays the newest.
   */
  private async keepWhole(error: unknown): Promise<void> {
    const { keeper, onEvent } = this.parts;
    const isPlugins = !isGanymedeError(error) || error.code === 'COMPONENT_FAILED';
    if (!keeper || !isPlugins || !this.isWhole || this.session.trainer.step === 0) return;
    try {
      await keeper.writeCheckpoint();
      onEvent({
        kind: 'note',
        text: `step ${this.session.trainer.step} is saved: the run can go on from it`,
      });
    } catch {
      // What failed first is what the user has to know.
    }
  }

  private tellStep({ step, scalars }: StepReport): void {
    const { keeper, onEvent } = this.parts;
    const { imagesPerSecond } = this.pace;
    const { steps, log } = this.session.config;
    const secondsLeft = this.pace.secondsLeft(steps);
    onEvent({ kind: 'step', step, steps, imagesPerSecond, secondsLeft, losses: scalars });
    if (step % log.every !== 0) return;
    const { numTensors } = tf.memory();
    keeper?.record({
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
    const { keeper, onEvent } = this.parts;
    this.evaluation = null;
    const decision = await watchStep(
      this.session,
      report,
      evaluation,
      (event: TrainingEvent) => keeper?.record(event),
      (text) => onEvent({ kind: 'note', text }),
    );
    if (decision?.kind === 'rollback') await this.rollBack(report.step, decision);
    if (decision?.kind !== 'stop') return decision !== null;
    const [healthy] = healthySteps(this.session);
    throw runStopped(decision.evidence, (await keeper?.newestCheckpoint(healthy ?? report.step)) ?? null);
  }

  /** Goes back to the newest checkpoint that is healthy, or to the start, with a changed recipe. */
  private async rollBack(from: number, { evidence, to: wanted, change }: RollbackAction): Promise<void> {
    const { group, keeper, sessions, onEvent, clock } = this.parts;
    const { to, checkpoint } = (await group.share(await group.alone(() => keeper!.rollBack(wanted))))!;
    const changes = [...this.session.changes, { from, to, evidence, change }];
    onEvent({
      kind: 'note',
      text: `rolled back from step ${from} to step ${to}: rollback ${changes.length}`,
    });
    const session = await sessions.open(changes);
    await group.alone(async () => {
      if (checkpoint) await keeper!.restore(checkpoint);
      // From the start all factors come anew; a checkpoint's has those of the rollbacks before this one.
      for (const { learningRates } of (checkpoint ? changes.slice(-1) : changes).map((one) => one.change))
        if (learningRates) session.trainer.scaleLearningRates(learningRates);
      const rollback = { number: changes.length, from, to, evidence, change };
      await keeper!.beginAgain({ step: to, rollback });
    });
    await session.joinLeader(group);
    await sessions.joinEvaluators(group);
    this.pace = new Pace();
    this.pace.add(clock.monotonic(), this.images, to);
  }
}
