import { GanymedeError, type OptimizerInstance } from '@ganymede/core';
import { lazy } from './phases.js';
import type { TrainingRecipe } from './recipe.js';

/**
 * Gradients that a move of the weights takes, the same for both networks: the first steps of each so many only look ahead.
 * @throws OPTIMIZERS_OUT_OF_STEP where one network would move while the other looks ahead
 */
export function gradientsPerMove(
  { discriminatorSteps, regularizers }: TrainingRecipe,
  generator: OptimizerInstance,
  discriminator: OptimizerInstance,
): number {
  const { gradientsPerMove: ofGenerator = 1 } = generator;
  const { gradientsPerMove: ofDiscriminator = 1 } = discriminator;
  if (ofGenerator !== ofDiscriminator)
    throw outOfStep(
      'both to take as many gradients for a move',
      `${ofGenerator} of the generator's and ${ofDiscriminator} of the discriminator's`,
      'Give both networks the same kind of optimizer.',
    );
  if (ofGenerator === 1) return 1;
  const [intermittent] = lazy(regularizers);
  if (intermittent)
    throw outOfStep(
      `no update between the ${ofGenerator} of a move`,
      `a penalty every ${intermittent.interval} steps, which makes one`,
      "Set the penalty's interval to 1.",
    );
  if (discriminatorSteps !== 1)
    throw outOfStep(
      '1 discriminator step a step, with which both networks move',
      String(discriminatorSteps),
      'Set discriminatorSteps to 1.',
    );
  return ofGenerator;
}

const outOfStep = (expected: string, got: string, hint: string): GanymedeError =>
  new GanymedeError('OPTIMIZERS_OUT_OF_STEP', `optimizers: expected ${expected}, got ${got}`, {
    kind: 'usage',
    hint,
  });

/** What of a run's counts tells which of the gradients of a move is next. */
type Counts = Readonly<Record<'step' | 'generatorUpdates' | 'discriminatorUpdates', number>>;

/**
 * The same counts, where both networks' next gradients are the same of their moves: moments from elsewhere have had any number of
 * updates. A run's own counts stay as they are.
 */
export function inStep<T extends Counts>(counts: T, gradients: number): T {
  const next = (updates: number): number => {
    const ahead = (counts.step - updates) % gradients;
    return updates + (ahead < 0 ? ahead + gradients : ahead);
  };
  return {
    ...counts,
    generatorUpdates: next(counts.generatorUpdates),
    discriminatorUpdates: next(counts.discriminatorUpdates),
  };
}
