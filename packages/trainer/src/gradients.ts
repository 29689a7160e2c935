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

/** The Euclidean norm over all gradients together. */
export function globalNorm(gradients: NamedTensors): tf.Scalar {
  const squares = Object.values(gradients).map((gradient) => tf.sum(tf.square(gradient)));
  return tf.sqrt(tf.addN(squares)) as tf.Scalar;
}
