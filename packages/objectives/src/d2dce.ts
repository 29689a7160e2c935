import * as tf from '@tensorflow/tfjs';
import { defineComponent, type Objective, type ObjectiveSpec } from '@ganymede/core';
import { z } from 'zod';
import { embeddingObjective } from './embedding-objective.js';

const d2dceOptions = z.strictObject({
  weight: z.number().positive().default(0.5).describe("factor on the term, in D's and in G's loss"),
  temperature: z
    .number()
    .positive()
    .default(0.5)
    .describe('tau; published: 0.5 on CIFAR-10, 0.25 on ImageNet'),
  margin: z
    .number()
    .min(-1)
    .max(1)
    .default(0.98)
    .describe('m_p, of easy positives; m_n is 1 - m_p, of easy negatives'),
  embedding: z.int().positive().default(512).describe('length of the vectors that are compared'),
});

/**
 * Data-to-data cross entropy, ReACGAN (arXiv:2111.01118, equation 10), in its authors' code's form. With f the head's
 * vector of an image and v the one of its class, both of length 1,
 *
 *     p_i = max(0, m_p - <f_i, v_yi>) / tau
 *     t_ij = (<f_i, f_j> + m_p - 1) / tau                        over j of another class than i
 *     loss = weight * E_i [ p_i + log(exp(-p_i) + sum_j exp(max(0, t_ij) - M_i)) ]
 *
 * with M_i = max_j t_ij over all j but i, which is a constant to gradients. D's term is of real images, G's of its own. D's
 * own logits do without the class: `discriminator: { projection: false }`.
 */
export class D2dce implements Objective {
  readonly acrossImages = true;
  private readonly options: z.output<typeof d2dceOptions>;

  constructor(options: z.input<typeof d2dceOptions> = {}) {
    this.options = d2dceOptions.parse(options);
  }

  /** @throws OBJECTIVE_NEEDS_CLASSES */
  create(spec: ObjectiveSpec): ReturnType<Objective['create']> {
    return embeddingObjective('d2dce', spec, this.options, (f, v, labels) =>
      dataToData(f, v, labels, this.options),
    );
  }
}

/**
 * The loss without its weight.
 * @param f - [B, E] of length 1; @param v - [B, E] of length 1; @param labels - int32 [B]
 */
export function dataToData(
  f: tf.Tensor2D,
  v: tf.Tensor2D,
  labels: tf.Tensor1D,
  { temperature, margin }: { readonly temperature: number; readonly margin: number },
): tf.Scalar {
  return tf.tidy(() => {
    const batch = f.shape[0];
    const positive = tf.relu(tf.sub(margin, f.mul(v).sum(1))).div(temperature); // [B]
    // Products summed by hand would take B^2 E memory; rounding to bfloat16 is far below the margin.
    const similar = tf
      .matMul(f, f, false, true)
      .add(margin - 1)
      .div(temperature); // [B, B]
    const index = tf.range(0, batch, 1, 'int32');
    const isSelf = tf.equal(index.expandDims(1), index.expandDims(0));
    const highest = constant(
      tf.where(isSelf, tf.fill([batch, batch], (margin - 2) / temperature), similar).max(1, true),
    ); // [B, 1]
    const isOther = tf.notEqual(labels.expandDims(1), labels.expandDims(0)).cast('float32');
    const repulsion = similar.relu().sub(highest).exp().mul(isOther).sum(1); // [B]
    return positive.add(positive.neg().exp().add(repulsion).log()).mean() as tf.Scalar;
  });
}

/** The same values, which no gradient goes through. */
function constant(x: tf.Tensor): tf.Tensor {
  return tf.customGrad((input: unknown) => {
    const value = (input as tf.Tensor).clone();
    return { value, gradFunc: (dy: tf.Tensor) => [tf.zerosLike(dy)] };
  })(x);
}

export const d2dce = defineComponent({
  slot: 'objective',
  id: 'd2dce',
  summary:
    'ReACGAN: data-to-data cross entropy, images of a class near its vector and far from those of others.',
  cites: ['arXiv:2111.01118'],
  options: d2dceOptions,
  create: (options) => new D2dce(options),
});
