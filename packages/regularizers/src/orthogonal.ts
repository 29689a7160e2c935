import * as tf from '@tensorflow/tfjs';
import { defineComponent, GanymedeError, type ObjectiveStep, type Regularizer } from '@ganymede/core';
import { z } from 'zod';
import { matchesPattern } from './name-pattern.js';

/** Of the schema, and of the class where it is made without one. */
const defaults = {
  network: 'generator' as const,
  strength: 1e-4,
  exclude: ['*embed*', 'shared.*'],
  interval: 1,
};

const options = z.strictObject({
  network: z.enum(['generator', 'discriminator']).default(defaults.network).describe('Whose weights.'),
  strength: z
    .number()
    .positive()
    .default(defaults.strength)
    .describe("Beta, the factor on the squared norm; BigGAN-PyTorch's strength s is a beta of s / 2."),
  exclude: z
    .array(z.string())
    .default(defaults.exclude)
    .describe('Patterns of weights to leave out; `*` stands for any characters.'),
  interval: z
    .int()
    .positive()
    .default(defaults.interval)
    .describe('Steps of the network from one penalty to the next.'),
});
export type OrthogonalOptions = z.input<typeof options>;

/**
 * Modified orthogonal regularization (arXiv:1809.11096, equation 3):
 *
 *     R = beta * sum over weights of ||W^T W o (1 - I)||_F^2
 *
 * W is a weight as a matrix [rest, out], the last axis being its outputs: filters are pushed to be pairwise
 * orthogonal, their norms are left alone. It acts on weights as they are stored, before spectral norm divides them,
 * on all of two or more axes that no pattern excludes.
 *
 * The reference implementation (github:ajbrock/BigGAN-PyTorch:utils.py) adds strength * 2 (W W^T o (1 - I)) W to the
 * gradient, half of what its formula gives: its strength s is a beta of s / 2 here. It leaves out G's shared class
 * embedding only, regularizes D's, and takes classes, not dimensions, as an embedding's outputs.
 */
export class OrthogonalRegularizer implements Regularizer {
  readonly network: z.output<typeof options>['network'];
  readonly interval: number;
  readonly ofWeights = true;
  private readonly strength: number;
  private readonly exclude: readonly string[];

  constructor({
    network = defaults.network,
    strength = defaults.strength,
    exclude = defaults.exclude,
    interval = defaults.interval,
  }: OrthogonalOptions = {}) {
    this.network = network;
    this.strength = strength;
    this.exclude = exclude;
    this.interval = interval;
  }

  penalty({ weights }: Pick<ObjectiveStep, 'weights'>): tf.Scalar {
    const chosen = Object.entries(weights).filter(
      ([name, { rank }]) => rank >= 2 && !this.exclude.some((pattern) => matchesPattern(name, pattern)),
    );
    if (chosen.length === 0) {
      throw new GanymedeError(
        'NOTHING_TO_REGULARIZE',
        `regularizer orthogonal: expected a weight of two or more axes outside [${this.exclude.join(', ')}], got none`,
        { kind: 'usage', hint: 'Loosen `exclude`.' },
      );
    }
    return tf.tidy(() => {
      const terms = chosen.map(([, weight]) => offDiagonalEnergy(weight));
      return tf.addN(terms).mul(this.strength) as tf.Scalar;
    });
  }
}

/**
 * ||W^T W o (1 - I)||_F^2 for a weight [..., out] as a matrix W [rest, out].
 *
 * The gradient is written out as 4 W (W^T W o (1 - I)), with the masked product saved: two matrix products in all,
 * where automatic differentiation takes three. It is of first order only: its own gradient would take the saved
 * product for a constant.
 */
export function offDiagonalEnergy(weight: tf.Tensor): tf.Scalar {
  const op = tf.customGrad((input: unknown, save: unknown) => {
    const w = input as tf.Tensor;
    const out = w.shape[w.rank - 1]!;
    const matrix = w.reshape([-1, out]) as tf.Tensor2D; // [rest, out]
    const index = tf.range(0, out, 1, 'int32');
    const diagonal = tf.equal(index.expandDims(0), index.expandDims(1)); // [out, out]
    const gram = tf.matMul(matrix, matrix, true); // [out, out]
    const masked = tf.where(diagonal, tf.zerosLike(gram), gram) as tf.Tensor2D;
    (save as tf.GradSaveFunc)([matrix, masked]);
    return {
      value: masked.square().sum(),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [savedMatrix, savedMasked] = saved as [tf.Tensor2D, tf.Tensor2D];
        return [tf.matMul(savedMatrix, savedMasked).mul(dy.mul(4)).reshape(weight.shape)];
      },
    };
  });
  return op(weight) as tf.Scalar;
}

export const orthogonal = defineComponent({
  slot: 'regularizer',
  id: 'orthogonal',
  summary: 'Modified orthogonal regularization: filters pairwise orthogonal, norms free.',
  cites: ['arXiv:1809.11096', 'github:ajbrock/BigGAN-PyTorch'],
  options,
  create: (given) => new OrthogonalRegularizer(given),
});
