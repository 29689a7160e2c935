import * as tf from '@tensorflow/tfjs';
import {
  type CallContext,
  type Discriminator,
  type DiscriminatorOutput,
  type DiscriminatorPass,
} from '@ganymede/core';
import { examine, type Shown } from '@ganymede/core/discriminator-pass';
import { fromColumns, outputColumns, toColumns } from './output-columns.js';

/** Images of one kind in a pass of D. */
export interface JudgedTogether {
  readonly pass: DiscriminatorPass;
  /** For dropout, [B, noiseSize]. */
  readonly noise: tf.Tensor2D | undefined;
  /** Take the logits' gradients to these images, through the augmentation, out of the same pass. */
  readonly gradient: boolean;
}

/** Images of several kinds in one pass of D, in their order; each kind's pass is told what came out for it. */
export function judge(
  discriminator: Discriminator,
  kinds: readonly JudgedTogether[],
  shown: Shown,
  call: CallContext,
): void {
  const labels = joined(kinds.map(({ pass }) => pass.labels));
  const noises = kinds.flatMap(({ noise }) => noise ?? []);
  const ctx = noises.length === kinds.length ? { ...call, noise: joined(noises) } : call;
  const sizes = kinds.map(({ pass }) => pass.labels.shape[0]);
  const see = (seen: readonly tf.Tensor4D[]): DiscriminatorOutput =>
    examine(discriminator, joined(seen), labels, ctx, shown);
  const wanted = kinds.filter(({ gradient }) => gradient).map(({ pass }) => pass);
  if (wanted.length === 0) {
    settle(kinds, split(see(kinds.map(({ pass }) => pass.seen)), sizes), new Map());
    return;
  }
  const layout = outputColumns(discriminator, shown);
  const columns = (...images: tf.Tensor[]): tf.Tensor2D => {
    const moved = new Map(wanted.map((pass, i) => [pass, images[i] as tf.Tensor4D]));
    const output = see(
      kinds.map(({ pass }) => (moved.has(pass) ? pass.augment(moved.get(pass)!) : pass.seen)),
    );
    return toColumns(layout, output);
  };
  const images = sizes.reduce((a, b) => a + b, 0);
  // The first column, the logits, is what the gradient is taken of.
  const first = tf.tensor2d([1, ...new Array<number>(layout.count - 1).fill(0)], [1, layout.count]);
  const { value, grads } = tf.valueAndGrads(columns)(
    wanted.map((pass) => pass.images),
    tf.tile<tf.Tensor2D>(first, [images, 1]),
  );
  settle(
    kinds,
    split(fromColumns(layout, value as tf.Tensor2D), sizes),
    new Map(wanted.map((pass, i) => [pass, grads[i] as tf.Tensor4D])),
  );
}

function joined<T extends tf.Tensor>(parts: readonly T[]): T {
  return parts.length === 1 ? parts[0]! : tf.concat<T>([...parts], 0);
}

function split(output: DiscriminatorOutput, sizes: readonly number[]): DiscriminatorOutput[] {
  if (sizes.length === 1) return [output];
  const cut = <T extends tf.Tensor>(tensor: T): T[] => tf.split(tensor, [...sizes]) as T[];
  const logits = cut(output.logits);
  const features = output.features && cut(output.features);
  const maps = output.maps && Object.entries(output.maps).map(([name, map]) => [name, cut(map)] as const);
  return logits.map((part, i) => ({
    logits: part,
    features: features?.[i] ?? null,
    maps: maps && Object.fromEntries(maps.map(([name, parts]) => [name, parts[i]!])),
  }));
}

function settle(
  kinds: readonly JudgedTogether[],
  outputs: readonly DiscriminatorOutput[],
  gradients: ReadonlyMap<DiscriminatorPass, tf.Tensor4D>,
): void {
  kinds.forEach(({ pass }, i) => pass.settle(outputs[i]!, gradients.get(pass) ?? null));
}
