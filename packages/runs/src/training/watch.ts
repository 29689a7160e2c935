import type { EvaluatedNumber, Stabilizer, StabilizerAction, TrainingEvent } from '@ganymede/core';
import type { StepReport } from '@ganymede/trainer';
import type { TrainingSession } from './training-session.js';

/** What ends a stretch of training. */
export type Decision = Extract<StabilizerAction, { readonly kind: 'stop' | 'rollback' }>;

/**
 * Shows a step to one stabilizer.
 * @param readings - what those before it reported at this step
 * @param evaluation - what was measured since the step before
 */
export function watchOne(
  { recipe, training, heldOut, changes }: TrainingSession,
  stabilizer: Stabilizer,
  { step, scalars, gradientNorms, updateNorms }: StepReport,
  readings: Readonly<Record<string, unknown>>,
  evaluation: EvaluatedNumber | null,
): ReturnType<Stabilizer['observe']> {
  const { backend, generator, discriminator, loss, prior } = recipe;
  return stabilizer.observe({
    step,
    backend,
    generator,
    discriminator,
    loss,
    prior,
    training,
    heldOut,
    scalars,
    gradientNorms,
    updateNorms,
    evaluation,
    readings: { ...readings },
    rollbacks: changes.length,
  });
}

/**
 * Shows a step to every stabilizer that is due, in the order of the config; each sees what those before it reported.
 * @param evaluation - what was measured since the step before
 * @param record - takes their events
 * @param tell - takes what they say in words
 * @returns the first decision to end here; the stabilizers after it are not asked
 */
export async function watchStep(
  session: TrainingSession,
  report: StepReport,
  evaluation: EvaluatedNumber | null,
  record: (event: TrainingEvent) => void,
  tell: (text: string) => void,
): Promise<Decision | null> {
  const { step } = report;
  const readings: Record<string, unknown> = {};
  for (const stabilizer of session.stabilizers) {
    if (step % stabilizer.interval !== 0) continue;
    const { action, event } = await watchOne(session, stabilizer, report, readings, evaluation);
    if (event) {
      Object.assign(readings, event);
      record({ step, ...event });
    }
    if (action.kind === 'continue') continue;
    tell(`${action.kind}: ${action.evidence}`);
    record({ step, stabilizer: action.kind, evidence: action.evidence });
    if (action.kind === 'cut') session.trainer.scaleLearningRates(action.learningRates);
    if (action.kind === 'stop' || action.kind === 'rollback') return action;
  }
  return null;
}

/** Whether a stabilizer that looks at a step wants to know how far it moves the weights. */
export function needsUpdateNorms({ stabilizers }: TrainingSession, step: number): boolean {
  return stabilizers.some(({ interval, needsUpdateNorms: needs }) => needs && step % interval === 0);
}

/** The newest step that each stabilizer vouches for, of those that vouch for any. */
export function healthySteps({ stabilizers }: TrainingSession): number[] {
  return stabilizers.flatMap(({ healthyStep }) => healthyStep ?? []);
}
