import * as tf from '@tensorflow/tfjs';
import {
  defineComponent,
  GanymedeError,
  stillCall,
  type Objective,
  type ObjectiveSpec,
  type ObjectiveStep,
} from '@ganymede/core';
import { z } from 'zod';

export const latentOptimizationOptions = z.strictObject({
  alpha: z.number().positive().default(0.9).describe('length of the step'),
  beta: z.number().positive().default(0.1).describe('damping: what is added to the squared gradient'),
  rate: z.number().gt(0).max(1).default(0.8).describe('probability that a latent is moved'),
  weight: z.number().min(0).default(0.1).describe('w_r, the factor on the squared length of the move'),
  bound: z
    .number()
    .positive()
    .nullable()
    .default(1)
    .describe('moved latents are clipped to -bound and bound, which the prior must keep to; null clips none'),
});

/**
 * Latent optimization by the natural gradient, LOGAN (arXiv:1912.00953, algorithm 1): before G makes its
 * images, latents move towards what D takes for more real,
 *
 *     g = d D(G(z, y), y) / dz        dz = alpha * g / (beta + |g|^2)        z' = clip(z + m dz, -bound, bound)
 *     D, G: loss at z' + weight * E |dz|^2
 *
 * with m = 1 for a part `rate` of the latents, drawn anew each step. The gradients of both losses go through dz, and so
 * through the gradient of D and G: the second-order terms are what the paper is about. D looks at the images as G makes them,
 * without augmentation. Defaults and the cost of all moves, those left out by m too, are PyTorch-StudioGAN's.
 */
export class LatentOptimization implements Objective {
  private readonly options: z.output<typeof latentOptimizationOptions>;

  constructor(options: z.input<typeof latentOptimizationOptions> = {}) {
    this.options = latentOptimizationOptions.parse(options);
  }

  /** @throws BAD_OPTION where the prior draws latents beyond the bound */
  create(spec: ObjectiveSpec): ReturnType<Objective['create']> {
    const { rate, bound, weight } = this.options;
    if (bound !== null) expectBounded(spec, bound);
    // Of the steps whose latents were changed; a step that is over takes its entry along.
    const moves = new WeakMap<ObjectiveStep, tf.Tensor2D>();
    const cost = (step: ObjectiveStep): Record<string, tf.Scalar> => ({
      move: tf.tidy(() => {
        const move = moves.get(step) ?? this.move(step);
        return move.square().sum(1).mean().mul(weight) as tf.Scalar;
      }),
    });
    return {
      needs: ['gradientThroughLatents'],
      draws: () => [{ stream: 'latent-optimization', distribution: 'uniform', shape: [] }],
      changeLatents: (step) => {
        const move = this.move(step);
        moves.set(step, move);
        return tf.tidy(() => {
          const isMoved = step.draw('latent-optimization').less(rate).cast('float32').expandDims(1);
          const moved = step.z.add(move.mul(isMoved)) as tf.Tensor2D;
          return bound === null ? moved : tf.clipByValue(moved, -bound, bound);
        });
      },
      discriminator: cost,
      generator: cost,
    };
  }

  /** dz, [B, latentSize]. */
  private move(step: ObjectiveStep): tf.Tensor2D {
    const { alpha, beta } = this.options;
    return tf.tidy(() => {
      // State does not move in the pass that only says where to go.
      const still = stillCall(step.statistics);
      const logitSum = (z: tf.Tensor): tf.Tensor =>
        step.discriminator.discriminate(step.generate(z as tf.Tensor2D), step.fakeLabels, still).sum();
      const gradient = tf.grad(logitSum)(step.z);
      return gradient.mul(alpha).div(gradient.square().sum(1, true).add(beta)) as tf.Tensor2D;
    });
  }
}

/** Draws until a prior without an end would have shown it: of 1,000 standard normal numbers 317 are beyond 1. */
function expectBounded({ prior, generator: { latentSize }, random }: ObjectiveSpec, bound: number): void {
  const count = Math.ceil(1000 / latentSize);
  const furthest = prior
    .sample(count, latentSize, random.fork('bound'))
    .reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (furthest <= bound) return;
  throw new GanymedeError(
    'BAD_OPTION',
    `objective latent-optimization: expected a prior within a bound of ${bound}, got latents up to ${furthest.toFixed(2)}`,
    {
      kind: 'usage',
      hint: 'Take the published prior (`prior: uniform`), or let latents be anywhere (`bound: null`).',
    },
  );
}

export const latentOptimization = defineComponent({
  slot: 'objective',
  id: 'latent-optimization',
  summary: 'LOGAN: latents move by the natural gradient of the discriminator before images are made.',
  cites: ['arXiv:1912.00953', 'github:POSTECH-CVLab/PyTorch-StudioGAN'],
  options: latentOptimizationOptions,
  create: (options) => new LatentOptimization(options),
});
