import type * as tf from '@tensorflow/tfjs';
import type { Layer } from '@ganymede/core';
import {
  BatchNorm,
  ConditionalBatchNorm,
  ConditionalGroupNorm,
  ConditionalInstanceNorm,
  ConditionalLayerNorm,
  GroupNorm,
  InstanceNorm,
  LayerNorm,
  type Affine,
} from '@ganymede/layers';
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
