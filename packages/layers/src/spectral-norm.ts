import * as tf from '@tensorflow/tfjs';
import type { CallContext, LayerNode, NamedVariables, RandomStream } from '@ganymede/core';
import { powerIteration } from '@ganymede/ops';
import { spectralNormOption, spectralNormShape } from './errors.js';
import { variableOf } from './variable-of.js';

export interface SpectralNormOptions {
  /** Rounds of the power method per call. */
  readonly powerIterations?: number;
  /** Singular values that are tracked; only the largest divides the weight, the others are for watching. */
  readonly singularValues?: number;
  /** Least norm that a power-iteration vector is divided by. */
  readonly epsilon?: number;
}

/**
 * Spectral normalization (arXiv:1802.05957): a weight is divided by its largest singular value, which the power method
 * tracks with one vector per singular value that is kept from call to call.
 *
 * State: `u0`, `u1`, ... [1, outputs] and `sv0`, `sv1`, ... [1], the last estimates, largest first; a weight with fewer
 * singular values than are tracked has 0 for the rest. Both move only if `ctx.updateState`; otherwise the same rounds
 * are run and forgotten, so that evaluation gives the same numbers however often it is done.
 */
export class SpectralNorm implements LayerNode {
  readonly state: NamedVariables = {};
  private readonly vectors: tf.Variable<tf.Rank.R2>[] = [];
  private readonly values: tf.Variable<tf.Rank.R1>[] = [];
  private readonly iterations: number;
  private readonly epsilon: number;

  /**
   * @param outputs - length of the vectors: output channels, or classes of an embedding
   * @param outputAxis - 1 where outputs are the weight's last axis, 0 where they are its first (embeddings)
   * @throws BAD_OPTION
   */
  constructor(
    outputs: number,
    private readonly outputAxis: 0 | 1,
    random: RandomStream,
    { powerIterations = 1, singularValues = 1, epsilon = 1e-12 }: SpectralNormOptions = {},
  ) {
    for (const [option, value] of Object.entries({ powerIterations, singularValues })) {
      if (!Number.isInteger(value) || value < 1) throw spectralNormOption(option, 'of 1 or more', value);
    }
    if (!(epsilon > 0)) throw spectralNormOption('epsilon', 'above 0', epsilon);
    this.iterations = powerIterations;
    this.epsilon = epsilon;
    for (let i = 0; i < singularValues; i++) {
      const u = variableOf<tf.Rank.R2>(random.normals(outputs), [1, outputs], false);
      const value = variableOf<tf.Rank.R1>(Float32Array.of(1), [1], false);
      this.vectors.push(u);
      this.values.push(value);
      this.state[`u${i}`] = u;
      this.state[`sv${i}`] = value;
    }
  }

  /**
   * The weight over its largest singular value, with the gradient through both.
   *
   * @param weight - [..., outputs], or [outputs, size] with `outputAxis` 0
   * @throws SPECTRAL_NORM_SHAPE
   */
  normalize<T extends tf.Tensor>(weight: T, ctx: CallContext): T {
    const matrix = (
      this.outputAxis === 1 ? tf.reshape(weight, [-1, weight.shape[weight.rank - 1]!]) : weight
    ) as tf.Tensor2D;
    if (matrix.rank !== 2) throw spectralNormShape(weight.shape);
    const { sigma, singularValues, u } = powerIteration(matrix, this.vectors, {
      iterations: this.iterations,
      epsilon: this.epsilon,
      outputAxis: this.outputAxis,
    });
    if (ctx.updateState) {
      this.vectors.forEach((variable, i) => variable.assign(u[i]!));
      this.values.forEach((variable, i) => variable.assign(tf.reshape(singularValues[i]!, [1])));
    }
    return tf.mul(weight, tf.reciprocal(sigma)) as T;
  }
}
