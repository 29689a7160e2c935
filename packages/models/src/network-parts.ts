import * as tf from '@tensorflow/tfjs';
import {
  weightsOf,
  type ClassLabels,
  type ImageShape,
  type LatentInput,
  type LayerNode,
  type RandomStream,
} from '@ganymede/core';
import type { Parameterization } from '@ganymede/layers';
import { z } from 'zod';
import { initializations, initializerOf, type Initialization } from './initialization.js';

/** What a network is made for. */
export interface NetworkSpec {
  readonly imageShape: ImageShape;
  /** 1: unconditional. */
  readonly classes: number;
  readonly random: RandomStream;
}

export const attentionDescription =
  'resolutions of the blocks that are followed by self-attention: pixels of the shorter side, rounded down to a power of two; [] for none';

/** Options that every network here has. */
export const networkOptions = {
  channels: z
    .int()
    .positive()
    .default(96)
    .describe('width multiplier: channels of the widest maps are 4 or 16 times this'),
  attention: z.array(z.int().positive()).default([64]).describe(attentionDescription),
  initialization: z.enum(initializations).default('orthogonal').describe('first values of the weights'),
  spectralNorm: z.boolean().default(true).describe('divide weights by their largest singular value'),
  powerIterations: z.int().positive().default(1).describe('rounds of the power method per call'),
  singularValues: z.int().positive().default(1).describe('singular values tracked per weight, for watching'),
  spectralNormEps: z
    .number()
    .positive()
    .default(1e-6)
    .describe('least norm a power-iteration vector is divided by'),
  fusedScale: z.boolean().default(true).describe('resample inside 3x3 convolutions: the same result, faster'),
};

/** Option of discriminators. */
export const dropoutOption = {
  dropout: z
    .number()
    .min(0)
    .lt(1)
    .default(0)
    .describe('probability that a feature is dropped before the last layer, in training'),
};

interface ParameterizationOptions {
  readonly initialization: Initialization;
  readonly spectralNorm: boolean;
  readonly powerIterations: number;
  readonly singularValues: number;
  readonly spectralNormEps: number;
}

export function parameterizationOf(options: ParameterizationOptions, random: RandomStream): Parameterization {
  const { powerIterations, singularValues, spectralNormEps: epsilon } = options;
  return {
    initialize: initializerOf(options.initialization),
    spectralNorm: options.spectralNorm ? { powerIterations, singularValues, epsilon } : null,
    random,
  };
}

/** Children by index, as `blocks.0.1` names them. */
export function list(items: readonly LayerNode[]): LayerNode {
  return { children: Object.fromEntries(items.map((item, i) => [String(i), item])) };
}

/**
 * Labels [B] as rows of an identity matrix, float32 [B, classes]; rows that are given, mixtures of classes, stay as they
 * are. tfjs's own wants two classes or more, and unconditional networks have one.
 */
export function classRows(y: ClassLabels, classes: number): tf.Tensor2D {
  if (y.rank === 2) return y as tf.Tensor2D;
  return tf.cast(tf.equal(tf.expandDims(y, 1), tf.range(0, classes, 1, 'int32')), 'float32');
}

/** Where the condition enters a block, which follows the class embedding with components of z. */
export function conditionInputs(
  prefix: string,
  block: LayerNode,
  rows: Pick<LatentInput, 'row' | 'start' | 'size'>,
): LatentInput[] {
  return Object.keys(weightsOf(block))
    .filter((name) => /(^|\.)(gain|bias)\.weight$/.test(name))
    .map((name) => ({ weight: `${prefix}.${name}`, ...rows }));
}
