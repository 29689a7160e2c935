import * as tf from '@tensorflow/tfjs';
import { GanymedeError } from '@ganymede/core';

const describe = ({ dtype, shape }: tf.Tensor): string => `${dtype} of shape [${shape.join(', ')}]`;

/**
 * A term as it is.
 * @param owner - `objective <name>`, `loss` or the like
 * @throws OBJECTIVE_BAD_TERM where it is no scalar of floats
 */
export function termOf(owner: string, term: string, value: unknown): tf.Scalar {
  if (value instanceof tf.Tensor && value.rank === 0 && value.dtype === 'float32') return value as tf.Scalar;
  const got = value instanceof tf.Tensor ? describe(value as tf.Tensor) : String(value);
  throw new GanymedeError(
    'OBJECTIVE_BAD_TERM',
    `${owner}: expected the term ${term} to be a float32 scalar, got ${got}`,
    { kind: 'failed', hint: 'Take its mean over the batch.' },
  );
}

/** Terms and other numbers that an objective reports. @throws OBJECTIVE_NAMES_CLASH where one name stands for both */
export function expectNamedApart(objective: string, seen: object, terms: object): void {
  const twice = Object.keys(seen).find((name) => name in terms);
  if (twice === undefined) return;
  throw new GanymedeError(
    'OBJECTIVE_NAMES_CLASH',
    `objective ${objective}: expected each number under a name of its own, got ${twice} from both observe and its terms`,
    { kind: 'failed', hint: 'Rename one of the two in the objective.' },
  );
}

/** What an objective made of a tensor on its way. @throws OBJECTIVE_BAD_CHANGE where it has another shape or type */
export function changedTo<T extends tf.Tensor>(owner: string, what: string, before: T, after: T): T {
  if (after instanceof tf.Tensor && describe(after) === describe(before)) return after;
  const got = after instanceof tf.Tensor ? describe(after as tf.Tensor) : String(after);
  throw new GanymedeError(
    'OBJECTIVE_BAD_CHANGE',
    `${owner}: expected the ${what} that it changes to stay ${describe(before)}, got ${got}`,
    { kind: 'failed', hint: 'Mend what changes them.' },
  );
}

/** Labels that an objective drew. @throws OBJECTIVE_BAD_LABELS where they are no `count` classes */
export function expectLabels(
  objective: string,
  labels: Int32Array,
  count: number,
  classes: number,
): Int32Array {
  const isList = labels instanceof Int32Array;
  const bad = isList ? labels.findIndex((label) => !(label >= 0 && label < classes)) : -1;
  if (isList && labels.length === count && bad < 0) return labels;
  const got = !isList
    ? ((labels as object | undefined)?.constructor.name ?? String(labels))
    : labels.length === count
      ? `${labels[bad]} at ${bad}`
      : `${labels.length} in a Int32Array`;
  throw new GanymedeError(
    'OBJECTIVE_BAD_LABELS',
    `objective ${objective}: expected ${count} labels from 0 to ${classes - 1}, got ${got}`,
    { kind: 'failed', hint: 'Mend its `labels`: an Int32Array with a class for each image.' },
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
