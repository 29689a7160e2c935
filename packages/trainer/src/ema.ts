import * as tf from '@tensorflow/tfjs';
import {
  GanymedeError,
  numberAt,
  stateOf,
  weightsOf,
  type Done,
  type Generator,
  type NamedVariables,
} from '@ganymede/core';
import type { TrainingRecipe } from './recipe.js';

/** All variables that the average covers: weights and, as in the reference, running statistics and u vectors. */
export function averagedVariables(generator: Generator): NamedVariables {
  return { ...weightsOf(generator), ...stateOf(generator) };
}

/**
 * The decay of the average after the step that comes after `done`; 0, a copy, before its start and at a half-life of 0.
 * @param images - real images of one step
 */
export function averageDecayAt(
  { decay, start, halfLife }: TrainingRecipe['ema'],
  done: Done,
  images: number,
): number {
  if (done.step + 1 < start) return 0;
  if (halfLife === undefined || halfLife === null) return numberAt(decay, done);
  const life = numberAt(halfLife, done);
  return life > 0 ? 0.5 ** (images / life) : 0;
}

/**
 * average <- average + (1 - decay) (current - average), for every variable by name. A decay of 0 copies.
 * @param decay - scalar
 */
export function updateAverage(average: NamedVariables, current: NamedVariables, decay: tf.Scalar): void {
  moveAverage(average, current, tf.sub(1, decay));
}

/**
 * average <- average + rate (current - average), for every variable by name.
 * @param rate - scalar; 1 copies
 */
export function moveAverage(average: NamedVariables, current: NamedVariables, rate: tf.Scalar): void {
  for (const [name, variable] of Object.entries(current)) {
    const averaged = average[name];
    if (!averaged) {
      throw new GanymedeError(
        'EMA_MISMATCH',
        `EMA: expected a variable ${name} in the averaged generator, got none`,
        { kind: 'failed' },
      );
    }
    averaged.assign(averaged.add(variable.sub(averaged).mul(rate)));
  }
}

/** Copies every variable by name, for the start of a run. */
export function copyVariables(target: NamedVariables, source: NamedVariables): void {
  for (const [name, variable] of Object.entries(source)) {
    tf.tidy(() => target[name]!.assign(variable.clone()));
  }
}
