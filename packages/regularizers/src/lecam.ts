import * as tf from '@tensorflow/tfjs';
import { defineComponent, type NamedVariables, type ObjectiveStep, type Regularizer } from '@ganymede/core';
import { replicaMean } from '@ganymede/ops';
import { z } from 'zod';

export const lecamOptions = z.strictObject({
  weight: z.number().positive().default(0.3).describe('Factor on both terms; 0.3 is its CIFAR setting.'),
  decay: z.number().min(0).lt(1).default(0.99).describe('Decay of the moving averages.'),
  start: z
    .int()
    .min(0)
    .default(1000)
    .describe(
      'Micro-batches of the discriminator before the penalty sets in; until then the averages are copies.',
    ),
});
export type LecamOptions = z.input<typeof lecamOptions>;

/**
 * LeCam regularization (arXiv:2104.03310, section 4.1), for training on little data: logits are held near the moving
 * average of the other side's,
 *
 *     R = weight * (E max(0, D(real) - fakeMean)^2 + E max(0, realMean - D(fake))^2)
 *
 * with the one-sided terms of the authors' code (github:google/lecam-gan, biggan_cifar/losses.py), where the paper's
 * are two-sided.
 *
 * State: `realMean`, `fakeMean` and `steps`, scalars. The averages move before the penalty, so this step's logits are in
 * them; to the gradient they are constants.
 */
export class Lecam implements Regularizer {
  readonly network = 'discriminator';
  readonly interval = 1;
  readonly state: NamedVariables;
  private readonly realMean = scalarVariable();
  private readonly fakeMean = scalarVariable();
  private readonly steps = scalarVariable();
  private readonly weight: number;
  private readonly decay: number;
  private readonly start: number;

  constructor(options: LecamOptions = {}) {
    const { weight, decay, start } = lecamOptions.parse(options);
    this.weight = weight;
    this.decay = decay;
    this.start = start;
    this.state = { realMean: this.realMean, fakeMean: this.fakeMean, steps: this.steps };
  }

  observe({ real: { logits: real }, fake: { logits: fake }, replicas }: ObjectiveStep): void {
    tf.tidy(() => {
      const averaging = tf.greaterEqual(this.steps, Math.max(this.start, 1)).cast('float32');
      const keep = averaging.mul(this.decay);
      const moved = (average: tf.Tensor, logits: tf.Tensor): tf.Scalar =>
        average.mul(keep).add(replicaMean(logits.mean(), replicas).mul(tf.sub(1, keep)));
      this.realMean.assign(moved(this.realMean, real));
      this.fakeMean.assign(moved(this.fakeMean, fake));
      this.steps.assign(this.steps.add(1));
    });
  }

  penalty({ real: { logits: real }, fake: { logits: fake } }: ObjectiveStep): tf.Scalar {
    return tf.tidy(() => {
      const above = real.sub(this.fakeMean).relu().square().mean();
      const below = tf.sub(this.realMean, fake).relu().square().mean();
      const started = tf.greater(this.steps, this.start).cast('float32');
      return above.add(below).mul(started).mul(this.weight) as tf.Scalar;
    });
  }
}

function scalarVariable(): tf.Variable<tf.Rank.R0> {
  return tf.tidy(() => tf.variable(tf.scalar(0), false));
}

export const lecam = defineComponent({
  slot: 'regularizer',
  id: 'lecam',
  summary: "LeCam: logits stay near the moving average of the other side's, for training on little data.",
  cites: ['arXiv:2104.03310', 'github:google/lecam-gan'],
  options: lecamOptions,
  create: (options) => new Lecam(options),
});
