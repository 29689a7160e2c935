import * as tf from '@tensorflow/tfjs';
import { defineComponent, type Draw, type ObjectiveStep, type Regularizer } from '@ganymede/core';
import { z } from 'zod';
import { slopePenalty } from './slope-penalty.js';
import { squaredNorms } from './squared-norms.js';

export interface DraganOptions {
  /** lambda: the factor on the mean squared deviation. */
  readonly weight?: number;
  /** The norm that gradients are pulled to. */
  readonly target?: number;
  /** Leave norms below the target alone. */
  readonly oneSided?: boolean;
  /** Reach of the noise in standard deviations of the batch's pixels. */
  readonly spread?: number;
  readonly interval?: number;
}

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
  readonly interval: number;
  private readonly weight: number;
  private readonly target: number;
  private readonly oneSided: boolean;
  private readonly spread: number;

  constructor({ weight = 10, target = 1, oneSided = false, spread = 0.5, interval = 1 }: DraganOptions = {}) {
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
  options: z.strictObject({
    weight: z.number().positive().default(10).describe('Factor on the mean squared deviation.'),
    target: z.number().min(0).default(1).describe('The norm that gradients are pulled to.'),
    oneSided: z.boolean().default(false).describe('Leave norms below the target alone.'),
    spread: z
      .number()
      .positive()
      .default(0.5)
      .describe("Reach of the noise in standard deviations of the batch's pixels."),
    interval: z.int().positive().default(1).describe('Discriminator steps from one penalty to the next.'),
  }),
  create: (options) => new Dragan(options),
});
