import * as tf from '@tensorflow/tfjs';
import type { NamedTensors, NamedVariables } from '@ganymede/core';

export interface LossAndGradients {
  /** By dotted name; zeros where the loss does not depend on a weight. */
  readonly gradients: NamedTensors;
  /** What the loss function reported besides the loss. */
  readonly scalars: Record<string, tf.Scalar>;
}

/**
 * The gradient of a scalar with respect to named variables, and the scalars reported on the way: tfjs frees
 * everything that the differentiated function made but its result, so the reports are kept past its end.
 */
export function gradientsOf(
  weights: NamedVariables,
  loss: (report: (name: string, value: tf.Scalar) => void) => tf.Scalar,
): LossAndGradients {
  const kept: Record<string, tf.Scalar> = {};
  const report = (name: string, value: tf.Scalar): void => {
    kept[name] = tf.keep(tf.clone(value));
  };
  const { value, grads } = tf.variableGrads(() => loss(report), Object.values(weights));
  value.dispose();
  const gradients: NamedTensors = {};
  for (const [name, variable] of Object.entries(weights)) {
    gradients[name] = grads[variable.name] ?? tf.zerosLike(variable);
  }
  const scalars: Record<string, tf.Scalar> = {};
  for (const [name, scalar] of Object.entries(kept)) {
    scalars[name] = tf.clone(scalar);
    scalar.dispose();
  }
  return { gradients, scalars };
}

/** Names of what a step reports of single weights begin with this. */
const squarePrefix = 'gradientSquare/';

/**
 * The Euclidean norm over all gradients together, and the squared norm of each, which costs nothing more: what
 * `splitNorms` takes apart.
 */
export function gradientNorms(gradients: NamedTensors): Record<string, tf.Scalar> {
  const squares = Object.entries(gradients).map(
    ([name, gradient]) => [squarePrefix + name, tf.sum(tf.square(gradient)) as tf.Scalar] as const,
  );
  const total = tf.sqrt(tf.addN(squares.map(([, square]) => square))) as tf.Scalar;
  return { gradientNorm: total, ...Object.fromEntries(squares) };
}

/** What a step reported, and apart from it the norm of each gradient by weight. */
export function splitNorms(reported: Readonly<Record<string, number>>): {
  readonly scalars: Record<string, number>;
  readonly norms: Record<string, number>;
} {
  const scalars: Record<string, number> = {};
  const norms: Record<string, number> = {};
  for (const [name, value] of Object.entries(reported)) {
    if (name.startsWith(squarePrefix)) norms[name.slice(squarePrefix.length)] = Math.sqrt(value);
    else scalars[name] = value;
  }
  return { scalars, norms };
}
