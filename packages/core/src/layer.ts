import type * as tf from '@tensorflow/tfjs';
import { GanymedeError } from './errors.js';
import type { ReplicaGroup } from './replicas.js';

export type NamedVariables = Record<string, tf.Variable>;
export type NamedTensors = Record<string, tf.Tensor>;

/** What a call of a layer depends on besides its input and its weights. */
export interface CallContext {
  /**
   * Which statistics batch normalization uses: of the batch, the running averages, or the standing statistics
   * (sums over batches drawn from the prior, BigGAN appendix).
   */
  readonly statistics: 'batch' | 'running' | 'standing';
  /**
   * Whether state moves: running statistics, power-iteration vectors. False in sampling and evaluation, so that
   * they leave the run as it was: one power iteration still estimates sigma, its vectors are not kept.
   */
  readonly updateState: boolean;
  /** Whether to accumulate standing statistics in this call. */
  readonly accumulateStanding?: boolean;
  /** What conditional layers are conditioned on, [B, conditionSize]. */
  readonly condition?: tf.Tensor2D;
  /**
   * Over which batch statistics are taken, where the batch is spread: all of them, or a group; absent: this process has all of it. What
   * is kept of statistics is the mean over all of them.
   */
  readonly replicas?: ReplicaGroup;
  /** Uniform in [0, 1), [B, noiseSize of the network], for dropout masks; absent: nothing is dropped. */
  readonly noise?: tf.Tensor2D;
}

/** Training: batch statistics, state moves. */
export const trainingCall: CallContext = { statistics: 'batch', updateState: true };
/** Training over replicas, where there are some. */
export const trainingCallOver = (replicas: ReplicaGroup | undefined): CallContext =>
  replicas ? { ...trainingCall, replicas } : trainingCall;
/** The same in passes beside the loss's: state does not move. */
export const stillCall = (replicas: ReplicaGroup | undefined): CallContext => ({
  ...trainingCallOver(replicas),
  updateState: false,
});
/** Sampling and evaluation: running statistics, nothing moves. */
export const evaluationCall: CallContext = { statistics: 'running', updateState: false };

/**
 * A node of a network: variables that are trained, variables that are state (u vectors, running statistics), and
 * the layers that it is made of. Names are joined with dots on one walk (`blocks.0.conv1.weight`); checkpoints,
 * EMA, optimizer moments, spectra and importers all share them.
 */
export interface LayerNode {
  readonly weights?: NamedVariables;
  readonly state?: NamedVariables;
  readonly children?: Record<string, LayerNode>;
}

/** A layer from tensors to tensors. Calls are pure but for `state`, which moves only if `ctx.updateState`. */
export interface Layer<
  In extends tf.Tensor = tf.Tensor,
  Out extends tf.Tensor = tf.Tensor,
> extends LayerNode {
  call(x: In, ctx: CallContext): Out;
}

function walk(
  node: LayerNode,
  prefix: string,
  kind: 'weights' | 'state',
  found: NamedVariables,
): NamedVariables {
  for (const [name, variable] of Object.entries(node[kind] ?? {})) {
    const dotted = prefix + name;
    if (dotted in found) {
      throw new GanymedeError(
        'DUPLICATE_VARIABLE_NAME',
        `network: expected one variable of each name, got two of the name ${dotted}`,
        { kind: 'failed', hint: 'A name with a dot in it can meet the name that a child is walked under.' },
      );
    }
    found[dotted] = variable;
  }
  for (const [name, child] of Object.entries(node.children ?? {}))
    walk(child, `${prefix}${name}.`, kind, found);
  return found;
}

/**
 * The trained variables of a network by dotted name, in definition order.
 * @throws DUPLICATE_VARIABLE_NAME
 */
export function weightsOf(node: LayerNode): NamedVariables {
  return walk(node, '', 'weights', {});
}

/** The variables that are state, by dotted name, in definition order. */
export function stateOf(node: LayerNode): NamedVariables {
  return walk(node, '', 'state', {});
}

/** Frees every variable of a network. */
export function disposeNetwork(node: LayerNode): void {
  for (const variable of [...Object.values(weightsOf(node)), ...Object.values(stateOf(node))])
    variable.dispose();
}
