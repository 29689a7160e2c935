import type * as tf from '@tensorflow/tfjs';
import type { ImageShape } from './image-shape.js';
import type { CallContext, LayerNode } from './layer.js';
import type { RandomStream } from './random.js';

/** Labels, int32 [B]; or what each image has of each class, float32 [B, classes]: a label is a row with a single 1. */
export type ClassLabels = tf.Tensor1D | tf.Tensor2D;

/**
 * One place where z enters a network: a weight [inputs, outputs] that is multiplied from the left, and which of its rows
 * meet which components of z.
 */
export interface LatentInput {
  /** Dotted name of the weight. */
  readonly weight: string;
  /** First of the rows that meet z. */
  readonly row: number;
  /** First component of z that enters here, and their number. */
  readonly start: number;
  readonly size: number;
}

export interface Generator extends LayerNode {
  readonly latentSize: number;
  /** Every place where z enters, from the bottom up; absent where the network does not say. */
  readonly latentInputs?: readonly LatentInput[];
  readonly classes: number;
  readonly imageShape: ImageShape;
  /**
   * @param z - latents [B, latentSize]
   * @param y - labels, or mixtures of classes: what lies between two classes has a part of both
   * @returns images [B, H, W, C], meant to lie in [-1, 1]; a network without tanh goes beyond, and who shows them clips them
   */
  generate(z: tf.Tensor2D, y: ClassLabels, ctx: CallContext): tf.Tensor4D;
}

/** Maps on the way to the features, for objectives that look at where in an image something is. */
export interface DiscriminatorMaps {
  /** Height, width and channels by name. */
  readonly shapes: Readonly<Record<string, ImageShape>>;
  /** One pass: the features as `DiscriminatorFeatures.extract` gives them, and each map by its name, [B, h, w, c]. */
  extract(
    x: tf.Tensor4D,
    ctx: CallContext,
  ): { readonly features: tf.Tensor2D; readonly maps: Readonly<Record<string, tf.Tensor4D>> };
}

/** A discriminator cut before its last layer: `discriminate(x, y, ctx)` is `logits(extract(x, ctx), y, ctx)`. */
export interface DiscriminatorFeatures {
  /** Features of an image. */
  readonly size: number;
  /** @returns [B, size], without regard to labels */
  extract(x: tf.Tensor4D, ctx: CallContext): tf.Tensor2D;
  /** @param features - [B, size]; @returns logits [B] */
  logits(features: tf.Tensor2D, y: tf.Tensor1D, ctx: CallContext): tf.Tensor1D;
  /** What it shows besides; absent: nothing. */
  readonly maps?: DiscriminatorMaps;
}

export interface Discriminator extends LayerNode {
  /** Uniform numbers for each image that a training pass takes as `ctx.noise` (dropout); absent: none. */
  readonly noiseSize?: number;
  /** The network in two halves, for objectives that look at its features; absent where it cannot be cut so. */
  readonly features?: DiscriminatorFeatures;
  /**
   * @param x - images [B, H, W, C] in [-1, 1]
   * @param y - labels, int32 [B]
   * @returns logits [B]
   */
  discriminate(x: tf.Tensor4D, y: tf.Tensor1D, ctx: CallContext): tf.Tensor1D;
}

/** Makes a network; called once for each copy (the trained one, the EMA). */
export interface GeneratorFactory {
  create(spec: {
    readonly imageShape: ImageShape;
    readonly classes: number;
    readonly random: RandomStream;
  }): Generator;
}

export interface DiscriminatorFactory {
  create(spec: {
    readonly imageShape: ImageShape;
    readonly classes: number;
    readonly random: RandomStream;
  }): Discriminator;
}
