import { RandomStream, sidesOf, type ImageShape, type NamedVariables, type Resolution } from '@ganymede/core';
import type * as tf from '@tensorflow/tfjs';

/** The size that a network is tried at. */
export interface NetworkSize {
  /** Pixels a side, or height and width. */
  readonly resolution: Resolution;
  readonly channels: number;
  readonly classes: number;
}

/** What a network factory is given. */
export function networkSpec(
  size: NetworkSize,
  seed = 1,
): { readonly imageShape: ImageShape; readonly classes: number; readonly random: RandomStream } {
  return {
    imageShape: { ...sidesOf(size.resolution), channels: size.channels },
    classes: size.classes,
    random: RandomStream.create(seed, 'initialization'),
  };
}

/** Host copies by name. */
export function values(variables: NamedVariables): Record<string, Float32Array> {
  return Object.fromEntries(
    Object.entries(variables).map(([name, variable]) => [name, Float32Array.from(variable.dataSync())]),
  );
}

/** By dotted name, whether the weight has a gradient and all of it is finite. */
export function mapFinite(weights: NamedVariables, gradients: tf.NamedTensorMap): Record<string, boolean> {
  return Object.fromEntries(
    Object.entries(weights).map(([name, variable]) => {
      const gradient = gradients[variable.name] as tf.Tensor | null | undefined;
      return [name, gradient ? gradient.dataSync().every(Number.isFinite) : false];
    }),
  );
}
