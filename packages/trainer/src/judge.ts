import * as tf from '@tensorflow/tfjs';
import {
  type CallContext,
  type Discriminator,
  type DiscriminatorOutput,
  type DiscriminatorPass,
} from '@ganymede/core';
import { examine } from '@ganymede/core/discriminator-pass';

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
  wantsFeatures: boolean,
  call: CallContext,
): void {
  const labels = joined(kinds.map(({ pass }) => pass.labels));
  const noises = kinds.flatMap(({ noise }) => noise ?? []);
  const ctx = noises.length === kinds.length ? { ...call, noise: joined(noises) } : call;
  const sizes = kinds.map(({ pass }) => pass.labels.shape[0]);
  const see = (seen: readonly tf.Tensor4D[]): DiscriminatorOutput =>
    examine(discriminator, joined(seen), labels, ctx, wantsFeatures);
  const wanted = kinds.filter(({ gradient }) => gradient).map(({ pass }) => pass);
  if (wanted.length === 0) {
    settle(kinds, split(see(kinds.map(({ pass }) => pass.seen)), sizes), new Map());
    return;
  }
  // Logits and features leave the differentiated function as the columns of one tensor, of which the first counts.
  const size = wantsFeatures ? (discriminator.features?.size ?? 0) : 0;
  const columns = (...images: tf.Tensor[]): tf.Tensor2D => {
    const moved = new Map(wanted.map((pass, i) => [pass, images[i] as tf.Tensor4D]));
    const { logits, features } = see(
      kinds.map(({ pass }) => (moved.has(pass) ? pass.augment(moved.get(pass)!) : pass.seen)),
    );
    const column: tf.Tensor2D = tf.expandDims(logits, 1);
    return features ? tf.concat2d([column, features], 1) : column;
  };
  const images = sizes.reduce((a, b) => a + b, 0);
  const first = tf.tensor2d([1, ...new Array<number>(size).fill(0)], [1, 1 + size]);
  const { value, grads } = tf.valueAndGrads(columns)(
    wanted.map((pass) => pass.images),
    tf.tile<tf.Tensor2D>(first, [images, 1]),
  );
  const features = size === 0 ? null : tf.slice2d(value as tf.Tensor2D, [0, 1], [images, size]);
  const logits = tf.reshape<tf.Rank.R1>(tf.slice2d(value as tf.Tensor2D, [0, 0], [images, 1]), [images]);
  settle(
    kinds,
    split({ logits, features }, sizes),
    new Map(wanted.map((pass, i) => [pass, grads[i] as tf.Tensor4D])),
  );
}

function joined<T extends tf.Tensor>(parts: readonly T[]): T {
  return parts.length === 1 ? parts[0]! : tf.concat<T>([...parts], 0);
}

function split({ logits, features }: DiscriminatorOutput, sizes: readonly number[]): DiscriminatorOutput[] {
  if (sizes.length === 1) return [{ logits, features }];
  const parts = tf.split(logits, [...sizes]) as tf.Tensor1D[];
  const rows = features && (tf.split(features, [...sizes]) as tf.Tensor2D[]);
  return parts.map((part, i) => ({ logits: part, features: rows?.[i] ?? null }));
}

function settle(
  kinds: readonly JudgedTogether[],
  outputs: readonly DiscriminatorOutput[],
  gradients: ReadonlyMap<DiscriminatorPass, tf.Tensor4D>,
): void {
  kinds.forEach(({ pass }, i) => pass.settle(outputs[i]!, gradients.get(pass) ?? null));
}
