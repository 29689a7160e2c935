import * as tf from '@tensorflow/tfjs';
import type { CallContext, ClassLabels, Layer, LayerNode } from '@ganymede/core';
import { Embedding, Linear, type Parameterization } from '@ganymede/layers';
import { zeros } from '@ganymede/ops';
import { z } from 'zod';
import { classRows } from './network-parts.js';

const projections = z.union([z.boolean(), z.literal('per-class')]);

/** Option of discriminators that judge an image with its class. */
export const projectionOption = {
  projection: projections
    .default(true)
    .describe(
      'add the product of features and class embedding (arXiv:1802.05637); per-class: a linear logit for each class alone (arXiv:1801.04406); false: classes are left to objectives',
    ),
};

export type Projection = z.infer<typeof projections>;

interface ClassHeadOptions {
  /** Length of the features. */
  readonly inputs: number;
  readonly classes: number;
  readonly projection: Projection;
  /** Whether the linear logit has a bias; default true. */
  readonly bias?: boolean;
  /** Makes the linear logit, [B, inputs] to [B, 1]; a `Linear` by default. */
  readonly linear?: () => Layer<tf.Tensor2D, tf.Tensor2D>;
}

/**
 * The last layers of a discriminator: a logit of an image's features and its class y.
 *
 * - A projection discriminator's (arXiv:1802.05637): a linear logit, and the inner product of the features with the embedding
 *   of y.
 * - A logit for each class, of which that of y counts: `gan_training/models/resnet.py` of github:LMescheder/GAN_stability
 *   (arXiv:1801.04406), "MD" in StudioGAN. Its rows belong to classes, as an embedding's do. A mixture of classes has the
 *   mixture of their logits.
 * - A linear logit, which knows no class.
 *
 * Children: `linear`, and `embed` [classes, F] where there is a projection; or `embed` and `bias` [classes, 1].
 */
export class ClassHead implements LayerNode {
  readonly children: Readonly<Record<string, LayerNode>>;
  private readonly classes: number;
  private readonly linear: Layer<tf.Tensor2D, tf.Tensor2D> | null;
  private readonly embedding: Embedding | null;
  private readonly biases: Embedding | null;

  constructor(
    { inputs, classes, projection, bias = true, linear }: ClassHeadOptions,
    parameterization: Parameterization,
  ) {
    const perClass = projection === 'per-class';
    this.classes = classes;
    this.linear = perClass ? null : (linear?.() ?? new Linear(inputs, 1, parameterization, { bias }));
    this.embedding = projection === false ? null : new Embedding(classes, inputs, parameterization);
    this.biases =
      perClass && bias
        ? new Embedding(classes, 1, { ...parameterization, initialize: zeros, spectralNorm: null })
        : null;
    this.children = {
      ...(this.linear && { linear: this.linear }),
      ...(this.embedding && { embed: this.embedding }),
      ...(this.biases && { bias: this.biases }),
    };
  }

  /** Logits [B] of features [B, F] with labels y: [B], or mixtures [B, classes]. */
  logits(features: tf.Tensor2D, y: ClassLabels, ctx: CallContext): tf.Tensor1D {
    return tf.tidy(() => {
      const terms: tf.Tensor1D[] = [];
      if (this.linear) terms.push(tf.reshape(this.linear.call(features, ctx), [-1]));
      if (this.embedding) {
        const rows = classRows(y, this.classes);
        terms.push(tf.sum(tf.mul(this.embedding.call(rows, ctx), features), 1));
        if (this.biases) terms.push(tf.reshape(this.biases.call(rows, ctx), [-1]));
      }
      return terms.reduce((sum, term) => tf.add(sum, term));
    });
  }
}
