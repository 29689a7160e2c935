import type * as tf from '@tensorflow/tfjs';
import { evaluationCall, type CallContext, type LayerNode } from '@ganymede/core';

/** A layer whose weight goes through a parameterization before inputs meet it. */
interface WithEffectiveWeight extends LayerNode {
  effectiveWeight(ctx: CallContext): tf.Tensor;
}

const hasEffectiveWeight = (node: LayerNode): node is WithEffectiveWeight =>
  typeof (node as Partial<WithEffectiveWeight>).effectiveWeight === 'function';

/** State that only training or the sampling of standing statistics needs. */
const isOfTraining = (name: string): boolean => /^(u\d+|sv\d+|standing(Mean|Variance|Count))$/.test(name);

/**
 * The tensors of a network as one that has no spectral norm takes them: each weight over its largest singular value, as
 * evaluation divides it, and of the state the running averages alone. Images are the same, up to rounding.
 *
 * @returns by dotted name; call it inside `tidy`, the weights that were divided are new tensors
 */
export function foldedTensors(network: LayerNode): Record<string, tf.Tensor> {
  const found: Record<string, tf.Tensor> = {};
  collect(network, '', found);
  return found;
}

function collect(node: LayerNode, prefix: string, found: Record<string, tf.Tensor>): void {
  for (const [name, variable] of Object.entries(node.weights ?? {})) found[prefix + name] = variable;
  if (hasEffectiveWeight(node)) found[`${prefix}weight`] = node.effectiveWeight(evaluationCall);
  for (const [name, variable] of Object.entries(node.state ?? {}))
    if (!isOfTraining(name)) found[prefix + name] = variable;
  for (const [name, child] of Object.entries(node.children ?? {})) collect(child, `${prefix}${name}.`, found);
}
