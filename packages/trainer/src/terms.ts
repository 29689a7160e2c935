import * as tf from '@tensorflow/tfjs';
import { GanymedeError } from '@ganymede/core';

const describe = ({ dtype, shape }: tf.Tensor): string => `${dtype} of shape [${shape.join(', ')}]`;

/** A term as it is. @throws OBJECTIVE_BAD_TERM where it is no scalar of floats */
export function termOf(objective: string, term: string, value: unknown): tf.Scalar {
  if (value instanceof tf.Tensor && value.rank === 0 && value.dtype === 'float32') return value as tf.Scalar;
  const got = value instanceof tf.Tensor ? describe(value as tf.Tensor) : String(value);
  throw new GanymedeError(
    'OBJECTIVE_BAD_TERM',
    `objective ${objective}: expected the term ${term} to be a float32 scalar, got ${got}`,
    { kind: 'failed', hint: 'Take its mean over the batch.' },
  );
}

/**
 * Looks at what a step reported: a term that is no number, beside a loss that is one, is its objective's fault.
 * @param reported - names of terms have a dot in them, those of the trainer's own numbers have none
 * @throws OBJECTIVE_NOT_FINITE
 */
export function expectFiniteTerms(network: string, reported: Readonly<Record<string, number>>): void {
  const isTerm = (name: string): boolean => name.includes('.');
  const names = Object.keys(reported);
  if (!names.every((name) => isTerm(name) || !/^(loss|logit)/.test(name) || Number.isFinite(reported[name])))
    return;
  const bad = names.find((name) => isTerm(name) && !Number.isFinite(reported[name]));
  if (bad === undefined) return;
  throw new GanymedeError(
    'OBJECTIVE_NOT_FINITE',
    `objective ${bad.slice(0, bad.indexOf('.'))}: expected a finite number for ${bad.slice(bad.indexOf('.') + 1)} in the step of the ${network}, got ${reported[bad]}`,
    {
      kind: 'failed',
      hint: "The losses themselves are finite; the objective's own term is not, and its weights were updated with it. Continue from the last checkpoint without it.",
    },
  );
}
