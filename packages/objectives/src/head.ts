import * as tf from '@tensorflow/tfjs';
import {
  GanymedeError,
  stateOf,
  trainingCall,
  weightsOf,
  type LayerNode,
  type NamedVariables,
  type ObjectiveSpec,
} from '@ganymede/core';
import { Embedding, Linear } from '@ganymede/layers';
import { orthogonal } from '@ganymede/ops';

/** Heads are spectrally normalized, as the discriminator that they belong to. */
const parameterization = ({ random }: ObjectiveSpec) =>
  ({
    initialize: orthogonal,
    spectralNorm: { powerIterations: 1, singularValues: 1, epsilon: 1e-6 },
    random,
  }) as const;

/** A linear head over D's features, [B, size] to [B, outputs]; its u vectors move in D's steps. */
export function linearHead(spec: ObjectiveSpec, outputs: number): Linear {
  return new Linear(featureSize(spec), outputs, parameterization(spec));
}

/** A vector for each class, one-hot rows [B, classes] to [B, size]. */
export function proxies(spec: ObjectiveSpec, size: number): Embedding {
  return new Embedding(spec.generator.classes, size, parameterization(spec));
}

export const headCall = (network: 'generator' | 'discriminator') => ({
  ...trainingCall,
  updateState: network === 'discriminator',
});

/** Variables of several layers, as `<layer>.<name>`. */
export function variablesOf(layers: Readonly<Record<string, LayerNode>>): {
  readonly weights: { readonly discriminator: NamedVariables };
  readonly state: NamedVariables;
} {
  const node = { children: layers };
  return { weights: { discriminator: weightsOf(node) }, state: stateOf(node) };
}

/** Rows of an identity matrix, [B, classes]. */
export function oneHot(labels: tf.Tensor1D, classes: number): tf.Tensor2D {
  return tf.cast(tf.equal(tf.expandDims(labels, 1), tf.range(0, classes, 1, 'int32')), 'float32');
}

/** The mean of -log p(label). @param logits - [B, classes]; @param labels - int32 [B] */
export function crossEntropy(logits: tf.Tensor2D, labels: tf.Tensor1D): tf.Scalar {
  return tf.tidy(() => {
    const own = logits.mul(oneHot(labels, logits.shape[1])).sum(1);
    return logits.logSumExp(1).sub(own).mean() as tf.Scalar;
  });
}

/** Rows of length 1; no row is divided by less than the root of 1e-12, so that one of zeros has a gradient. */
export const unit = (x: tf.Tensor2D): tf.Tensor2D => x.div(x.square().sum(1, true).add(1e-12).sqrt());

/** @throws OBJECTIVE_NEEDS_CLASSES */
export function expectClasses(objective: string, { generator: { classes } }: ObjectiveSpec): number {
  if (classes > 1) return classes;
  throw new GanymedeError(
    'OBJECTIVE_NEEDS_CLASSES',
    `objective ${objective}: expected two classes or more, got ${classes}`,
    { kind: 'usage', hint: 'It tells classes apart. Leave it out where there is one.' },
  );
}

function featureSize({ discriminator: { features } }: ObjectiveSpec): number {
  if (features) return features.size;
  throw new GanymedeError(
    'HEAD_WITHOUT_FEATURES',
    'objective: expected a discriminator that shows its features, got one that does not',
    { kind: 'usage', hint: 'Take another discriminator: the built-in ones show their features.' },
  );
}
