import type * as tf from '@tensorflow/tfjs';
import type { Layer, RandomStream } from '@ganymede/core';
import {
  BatchNorm,
  ConditionalBatchNorm,
  ConditionalGroupNorm,
  ConditionalInstanceNorm,
  ConditionalLayerNorm,
  Embedding,
  GroupNorm,
  InstanceNorm,
  LayerNorm,
  type Affine,
} from '@ganymede/layers';
import { normal } from '@ganymede/ops';
import { z } from 'zod';

/** What a generator's activations are normalized over. */
export const normalizations = ['batch', 'group', 'instance', 'layer'] as const;
export type Normalization = (typeof normalizations)[number];

type ImageLayer = Layer<tf.Tensor4D, tf.Tensor4D>;

/** Options of generators whose normalization can be chosen. */
export const normalizationOptions = {
  normalization: z
    .enum(normalizations)
    .default('batch')
    .describe(
      'what activations are normalized over: the batch, or within each image groups of channels, single channels, or all of it',
    ),
  groups: z
    .int()
    .positive()
    .default(16)
    .describe('groups of channels where `normalization` is group; divides the width of every layer'),
};

export interface NormalizationOptions {
  readonly normalization: Normalization;
  readonly groups: number;
}

/** Normalization with a gain and bias from the condition, and a ReLU. */
export function conditionalNorm(
  { normalization, groups }: NormalizationOptions,
  width: number,
  affine: (width: number) => Affine,
  epsilon: number,
): ImageLayer {
  switch (normalization) {
    case 'batch':
      return new ConditionalBatchNorm(width, affine, { epsilon, relu: true });
    case 'group':
      return new ConditionalGroupNorm(width, affine, { groups, epsilon, relu: true });
    case 'instance':
      return new ConditionalInstanceNorm(width, affine, { epsilon, relu: true });
    case 'layer':
      return new ConditionalLayerNorm(width, affine, { epsilon, relu: true });
  }
}

/** Normalization with a gain and bias that are learned as such, and a ReLU. */
export function plainNorm(
  { normalization, groups }: NormalizationOptions,
  width: number,
  epsilon: number,
): ImageLayer {
  switch (normalization) {
    case 'batch':
      return new BatchNorm(width, { epsilon, relu: true });
    case 'group':
      return new GroupNorm(width, { groups, epsilon, relu: true });
    case 'instance':
      return new InstanceNorm(width, { epsilon, relu: true });
    case 'layer':
      return new LayerNorm(width, { epsilon, relu: true });
  }
}

/**
 * Batch normalization of layers of any width: with a gain and bias for each class (N(0, 0.02) off 1 and 0), as conditional batch
 * norm has them, where there are several classes; else with those that are learned as such.
 */
export function classBatchNorm(
  classes: number,
  random: RandomStream,
  options: { readonly epsilon: number; readonly relu?: boolean },
): (width: number) => ImageLayer {
  const affine = (width: number): Embedding =>
    new Embedding(classes, width, { initialize: normal(0.02), spectralNorm: null, random });
  return (width) =>
    classes > 1 ? new ConditionalBatchNorm(width, affine, options) : new BatchNorm(width, options);
}
