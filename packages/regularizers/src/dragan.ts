import * as tf from '@tensorflow/tfjs';
import { defineComponent, type Draw, type ObjectiveStep, type Regularizer } from '@ganymede/core';
import { z } from 'zod';
import { slopePenalty } from './slope-penalty.js';
import { squaredNorms } from './squared-norms.js';

/** Of the schema, and of the class where it is made without one. */
const defaults = { weight: 10, target: 1, oneSided: false, spread: 0.5, interval: 1 };

const options = z.strictObject({
  weight: z.number().positive().default(defaults.weight).describe('Factor on the mean squared deviation.'),
  target: z.number().min(0).default(defaults.target).describe('The norm that gradients are pulled to.'),
  oneSided: z.boolean().default(defaults.oneSided).describe('Leave norms below the target alone.'),
  spread: z
    .number()
    .positive()
    .default(defaults.spread)
    .describe("Reach of the noise in standard deviations of the batch's pixels."),
  interval: z
    .int()
    .positive()
    .default(defaults.interval)
    .describe('Discriminator steps from one penalty to the next.'),
});
export type DraganOptions = z.input<typeof options>;

/**
 * DRAGAN's penalty (arXiv:1705.07215, section 2.3): lambda * E (||grad_x D(x)|| - target)^2 around real images,
 *
 *     x = real + a * spread * std(real) * u
 *
 * with u uniform in [0, 1) for each pixel (the stream `penalty-noise`), a uniform in [0, 1) for each image (`penalty`), and
 * the standard deviation over all pixels of the batch, as in the authors' code.
 */
export class Dragan implements Regularizer {
  readonly network = 'discriminator';
  readonly acrossImages = true;
  readonly interval: number;
  private readonly weight: number;
  private readonly target: number;
  private readonly oneSided: boolean;
  private readonly spread: number;

  constructor({
    weight = defaults.weight,
    target = defaults.target,
    oneSided = defaults.oneSided,
    spread = defaults.spread,
    interval = defaults.interval,
  }: DraganOptions = {}) {
    this.weight = weight;
    this.target = target;
    this.oneSided = oneSided;
    this.spread = spread;
    this.interval = interval;
  }

  draws(): readonly Draw[] {
    return [
      { stream: 'penalty', distribution: 'uniform', shape: [] },
      { stream: 'penalty-noise', distribution: 'uniform', shape: 'image' },
    ];
  }

  penalty(step: ObjectiveStep): tf.Scalar {
    const real = step.real.images;
    return tf.tidy(() => {
      const deviation = real.sub(real.mean()).square().mean().sqrt();
      const reach = step.draw('penalty').reshape([-1, 1, 1, 1]).mul(this.spread).mul(deviation); // [B, 1, 1, 1]
      const points = real.add(step.draw('penalty-noise').mul(reach)) as tf.Tensor4D; // [B, H, W, C]
      const squares = squaredNorms(step.real.inputGradientAt(points)); // [B]
      return slopePenalty(squares, this.target, this.oneSided).mul(this.weight) as tf.Scalar;
    });
  }
}

export const dragan = defineComponent({
  slot: 'regularizer',
  id: 'dragan',
  summary: 'DRAGAN: gradients of norm 1 around real images.',
  cites: ['arXiv:1705.07215'],
  options,
  create: (given) => new Dragan(given),
});
