import * as tf from '@tensorflow/tfjs';
import type { DiscriminatorPass, NetworkName, Objective, ObjectiveSpec } from '@ganymede/core';
import { expectClasses, headCall, linearHead, oneHot, proxies, unit, variablesOf } from './head.js';

/**
 * Of vectors of images f and those of their classes v, both [B, E] of length 1, and labels, int32 [B].
 */
export type EmbeddingLoss = (f: tf.Tensor2D, v: tf.Tensor2D, labels: tf.Tensor1D) => tf.Scalar;

/**
 * An objective that compares images with one another and with their class by a head's vectors: D's term is of real images, G's
 * of its own.
 * @throws OBJECTIVE_NEEDS_CLASSES
 */
export function embeddingObjective(
  name: string,
  spec: ObjectiveSpec,
  { embedding, weight }: { readonly embedding: number; readonly weight: number },
  loss: EmbeddingLoss,
): ReturnType<Objective['create']> {
  const classes = expectClasses(name, spec);
  const head = linearHead(spec, embedding);
  const proxy = proxies(spec, embedding);
  const term = ({ features, labels }: DiscriminatorPass, network: NetworkName): tf.Scalar =>
    tf.tidy(() => {
      const call = headCall(network);
      const f = unit(head.call(features, call));
      const v = unit(proxy.call(oneHot(labels, classes), call) as tf.Tensor2D);
      return loss(f, v, labels).mul(weight) as tf.Scalar;
    });
  return {
    ...variablesOf({ head, proxy }),
    needs: ['features'],
    discriminator: ({ real }) => ({ loss: term(real, 'discriminator') }),
    generator: ({ fake }) => ({ loss: term(fake, 'generator') }),
  };
}
