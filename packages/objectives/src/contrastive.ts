import * as tf from '@tensorflow/tfjs';
import { defineComponent, type Objective, type ObjectiveSpec } from '@ganymede/core';
import { z } from 'zod';
import { embeddingObjective } from './embedding-objective.js';

const contrastiveOptions = z.strictObject({
  weight: z.number().positive().default(1).describe("factor on the term, in D's and in G's loss"),
  temperature: z.number().positive().default(1).describe('t; small: only the nearest count'),
  embedding: z.int().positive().default(512).describe('length of the vectors that are compared'),
});

/**
 * Conditional contrastive loss 2C, ContraGAN (arXiv:2006.12681, equation 8). With f the head's vector of an image and v the
 * one of its class, both of length 1,
 *
 *     loss = weight * E_i -log [ (exp(<f_i, v_yi> / t) + sum_{j != i, y_j = y_i} exp(<f_i, f_j> / t))
 *                                / (exp(<f_i, v_yi> / t) + sum_{j != i} exp(<f_i, f_j> / t)) ]
 *
 * An image is near its class's vector and images of its class, and far from the others in the batch. D's term is of real
 * images, G's of its own. Let D's own logits do without the class: `discriminator: { projection: false }`.
 */
export class Contrastive implements Objective {
  readonly acrossImages = true;
  private readonly options: z.output<typeof contrastiveOptions>;

  constructor(options: z.input<typeof contrastiveOptions> = {}) {
    this.options = contrastiveOptions.parse(options);
  }

  /** @throws OBJECTIVE_NEEDS_CLASSES */
  create(spec: ObjectiveSpec): ReturnType<Objective['create']> {
    return embeddingObjective('contrastive', spec, this.options, (f, v, labels) =>
      conditionalContrast(f, v, labels, this.options.temperature),
    );
  }
}

/** Taken off an exponent, it leaves nothing of the exponential. */
const outOfSum = 1e9;

/**
 * The loss without its weight.
 * @param f - [B, E] of length 1; @param v - [B, E] of length 1; @param labels - int32 [B]
 */
export function conditionalContrast(
  f: tf.Tensor2D,
  v: tf.Tensor2D,
  labels: tf.Tensor1D,
  temperature: number,
): tf.Scalar {
  return tf.tidy(() => {
    const index = tf.range(0, f.shape[0], 1, 'int32');
    const isSelf = tf.equal(index.expandDims(1), index.expandDims(0)).cast('float32');
    const isOther = tf.notEqual(labels.expandDims(1), labels.expandDims(0)).cast('float32');
    const near = tf.matMul(f, f, false, true).div(temperature).sub(isSelf.mul(outOfSum)); // [B, B]
    const own = f.mul(v).sum(1, true).div(temperature); // [B, 1]
    const all = tf.concat([own, near], 1).logSumExp(1);
    const among = tf.concat([own, near.sub(isOther.mul(outOfSum))], 1).logSumExp(1);
    return all.sub(among).mean() as tf.Scalar;
  });
}

export const contrastive = defineComponent({
  slot: 'objective',
  id: 'contrastive',
  summary:
    'ContraGAN: images of a class near its vector and near each other, far from the rest of the batch.',
  cites: ['arXiv:2006.12681'],
  options: contrastiveOptions,
  create: (options) => new Contrastive(options),
});
