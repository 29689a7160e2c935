import * as tf from '@tensorflow/tfjs';
import {
  defineComponent,
  type Augmentation,
  type NamedVariables,
  type ObjectiveStep,
  type RandomStream,
} from '@ganymede/core';
import { SteeredProbability } from '@ganymede/ops';
import { ScheduledNumber } from '@ganymede/core/scheduled-number';
import { scheduled } from '@ganymede/core/scheduled-option';
import { z } from 'zod';
import {
  compose,
  greyProjection,
  hueRotation,
  recolor,
  rotation,
  scaling,
  translation,
  type Affine,
} from './ada-transforms.js';
import { warp } from './warp.js';

export const adaOptions = z.strictObject({
  target: z
    .number()
    .min(-1)
    .max(1)
    .default(0.6)
    .describe("what the mean sign of D's logits on real images is held at"),
  interval: z.int().positive().default(4).describe('micro-batches of D between two moves of p'),
  speed: z
    .number()
    .positive()
    .default(500_000)
    .describe('real images in which p could go from 0 to 1; 100000 where the run is short'),
  initial: z.number().min(0).max(1).default(0).describe('p at the start'),
  probability: scheduled(z.number().min(0).max(1))
    .nullable()
    .default(null)
    .describe('p itself, where it is not steered: a number, or one on a schedule'),
  transforms: z
    .array(z.enum(['blit', 'geometry', 'color', 'cutout']))
    .min(1)
    .default(['blit', 'geometry', 'color'])
    .describe(
      'blit: mirror, quarter turns, whole shifts; geometry: scales, rotations, shifts; color; cutout',
    ),
  colorShare: z
    .number()
    .min(0)
    .max(1)
    .default(1)
    .describe('probability of each transform of color as a part of p; R3GAN has 0.5'),
});
export type AdaOptions = z.input<typeof adaOptions>;

/** Uniform numbers of an image: a gate and a value or two for each transform. */
const uniforms = 24;
/** Normal numbers of an image. */
const normals = 8;
const width = uniforms + normals;

/**
 * Adaptive discriminator augmentation (arXiv:2006.06676), the pipe `bgc` of the authors' stylegan2-ada-pytorch: in this
 * order, each with probability p and strengths as published,
 *
 *     blit      mirror; turn by 0, 90, 180 or 270 degrees; shift by whole pixels, up to 1/8 of a side
 *     geometry  scale by 2^(0.2 n); turn by +-180 degrees; stretch by 2^(0.2 n) along and across; turn again; shift by
 *               n/8 of a side. The two turns have a probability of 1 - sqrt(1 - p) each
 *     color     brightness + 0.2 n; contrast 2^(0.5 n); luma flip; hue by +-180 degrees; saturation 2^n
 *     cutout    a rectangle of half of each side becomes 0; not among the defaults
 *
 * with n standard normal. Each image's geometry is one map, sampled once. p is steered by how far D overfits:
 *
 *     r = E sign(D(x)) over the real images of `interval` micro-batches
 *     p <- clip(p + sign(r - target) * images / speed, 0, 1)
 *
 * Differs from the authors' code: sampling is bilinear, without their twofold wavelet oversampling, and p stops at 1.
 *
 * State: `p`, and the sum and the number of signs since p was last moved, and micro-batches.
 */
export class Ada implements Augmentation {
  readonly state: NamedVariables;
  readonly scheduled: readonly ScheduledNumber[];
  private readonly options: z.output<typeof adaOptions>;
  private readonly steered: SteeredProbability;
  private readonly fixed: ScheduledNumber | null;

  constructor(options: AdaOptions = {}) {
    this.options = adaOptions.parse(options);
    const { probability } = this.options;
    this.steered = new SteeredProbability(this.options);
    this.state = this.steered.state;
    this.fixed = probability === null ? null : new ScheduledNumber(probability);
    this.scheduled = this.fixed ? [this.fixed] : [];
  }

  draw(count: number, random: RandomStream): { values: Float32Array; width: number } {
    const values = new Float32Array(count * width);
    for (let row = 0; row < count; row++) {
      values.set(random.uniforms(uniforms), row * width);
      values.set(random.normals(normals), row * width + uniforms);
    }
    return { values, width };
  }

  /** Moves p when an interval is full. */
  observe({
    real: { logits },
    replicas,
  }: Pick<ObjectiveStep, 'real' | 'replicas'>): Record<string, tf.Scalar> {
    return tf.tidy(() => {
      const signs = this.steered.observe(logits, this.fixed === null, replicas);
      return { p: this.probability().clone(), signs };
    });
  }

  /** @param drawn - [B, 32]: uniform in [0, 1), then standard normal */
  apply(images: tf.Tensor4D, drawn: tf.Tensor2D): tf.Tensor4D {
    const { transforms, colorShare } = this.options;
    return tf.tidy(() => {
      const column = (index: number): tf.Tensor => tf.slice2d(drawn, [0, index], [-1, 1]).squeeze([1]); // [B]
      const draws: Draws = { u: column, n: (index) => column(uniforms + index), p: this.probability() };
      const { height, width: across } = { height: images.shape[1], width: images.shape[2] };
      const maps = [
        ...(transforms.includes('blit') ? blits(draws, height, across) : []),
        ...(transforms.includes('geometry') ? geometry(draws, height, across) : []),
      ];
      const warped = maps.length > 0 ? warp(images, maps.reduce(compose)) : images;
      const ofColor = { ...draws, p: tf.mul(draws.p, colorShare) as tf.Scalar };
      const colored = transforms.includes('color') ? color(ofColor, warped) : warped;
      return transforms.includes('cutout') ? cutout(draws, colored) : colored.clone();
    });
  }

  private probability(): tf.Scalar {
    if (!this.fixed) return this.steered.p;
    const { value } = this.fixed;
    return typeof value === 'number' ? tf.scalar(value) : (value as unknown as tf.Scalar);
  }
}

/** Numbers of each image, [B], and p. */
interface Draws {
  /** Uniform in [0, 1). */
  readonly u: (index: number) => tf.Tensor;
  /** Standard normal. */
  readonly n: (index: number) => tf.Tensor;
  readonly p: tf.Scalar;
}

/** `value` where the gate lets it through, which it does with probability `p`, else `rest`; [B]. */
function gated(gate: tf.Tensor, p: tf.Tensor, value: tf.Tensor, rest: number): tf.Tensor {
  return tf.where(gate.less(p), value, tf.fill(value.shape, rest));
}

/** From output to input, the published order: a map stands left of those that come after it. */
function blits({ u, p }: Draws, height: number, across: number): Affine[] {
  const isMirrored = gated(u(0), p, u(1).mul(2).floor(), 0);
  const quarter = gated(u(2), p, u(3).mul(4).floor(), 0);
  const shift = (index: number, side: number): tf.Tensor =>
    gated(
      u(4),
      p,
      u(index)
        .mul(2)
        .sub(1)
        .mul(0.125 * side)
        .round(),
      0,
    );
  return [
    scaling(tf.sub(1, isMirrored.mul(2)), tf.onesLike(isMirrored)),
    rotation(quarter.mul(Math.PI / 2)),
    translation(shift(5, across).neg(), shift(6, height).neg()),
  ];
}

function geometry({ u, n, p }: Draws, height: number, across: number): Affine[] {
  const scale = gated(u(7), p, exp2(n(0).mul(-0.2)), 1);
  const pTurn = tf.sub(1, tf.sqrt(tf.sub(1, p)));
  const turn = (gate: number): Affine =>
    rotation(
      gated(
        u(gate),
        pTurn,
        u(gate + 1)
          .mul(2)
          .sub(1)
          .mul(Math.PI),
        0,
      ),
    );
  const stretch = gated(u(12), p, exp2(n(1).mul(-0.2)), 1);
  const shift = (index: number, side: number): tf.Tensor => gated(u(13), p, n(index).mul(-0.125 * side), 0);
  return [
    scaling(scale, scale),
    turn(8),
    scaling(stretch, tf.div(1, stretch)),
    turn(10),
    translation(shift(2, across), shift(3, height)),
  ];
}

function color({ u, n, p }: Draws, images: tf.Tensor4D): tf.Tensor4D {
  const rows = (values: tf.Tensor): tf.Tensor => values.reshape([-1, 1, 1]);
  const identity = tf.eye(3).expandDims(0);
  const grey = greyProjection();
  const brightness = rows(gated(u(14), p, n(4).mul(0.2), 0));
  const contrast = rows(gated(u(15), p, exp2(n(5).mul(0.5)), 1));
  const isFlipped = rows(gated(u(16), p, u(17).mul(2).floor(), 0));
  const hue = gated(u(18), p, u(19).mul(2).sub(1).mul(Math.PI), 0);
  const saturation = rows(gated(u(20), p, exp2(n(6)), 1));
  const linear = identity.mul(contrast); // [B, 3, 3]
  let matrix = tf.concat([linear, brightness.mul(contrast).tile([1, 3, 1])], 2) as tf.Tensor3D; // [B, 3, 4]
  matrix = recolor(identity.sub(grey.mul(2).mul(isFlipped)) as tf.Tensor3D, matrix);
  if (images.shape[3] >= 3) {
    matrix = recolor(hueRotation(hue), matrix);
    matrix = recolor(grey.add(identity.sub(grey).mul(saturation)) as tf.Tensor3D, matrix);
  }
  return recolored(images, matrix);
}

/** Grey images get what a grey pixel would; an alpha channel stays. */
function recolored(images: tf.Tensor4D, matrix: tf.Tensor3D): tf.Tensor4D {
  const channels = images.shape[3];
  const [linear, added] = tf.split(matrix, [3, 1], 2) as [tf.Tensor, tf.Tensor]; // [B, 3, 3], [B, 3, 1]
  if (channels < 3) {
    const gain = linear.sum(2, true).mean(1, true).expandDims(3); // [B, 1, 1, 1]
    return images.mul(gain).add(added.mean(1, true).expandDims(3));
  }
  const parts = tf.split(images, channels, 3);
  const entry = (row: number, column: number): tf.Tensor =>
    tf.slice(matrix, [0, row, column], [-1, 1, 1]).reshape([-1, 1, 1, 1]);
  const made = [0, 1, 2].map((row) =>
    tf.addN([0, 1, 2].map((column) => parts[column]!.mul(entry(row, column)))).add(entry(row, 3)),
  );
  return tf.concat([...made, ...parts.slice(3)], 3) as tf.Tensor4D;
}

/** A pixel goes where its middle is within a quarter of each side of the rectangle's. */
function cutout({ u, p }: Draws, images: tf.Tensor4D): tf.Tensor4D {
  const [, height, across] = images.shape;
  /** Whether rows (columns) lie beyond the rectangle, [B, side]. */
  const outside = (side: number, index: number): tf.Tensor =>
    tf.range(0, side).add(0.5).div(side).expandDims(0).sub(u(index).expandDims(1)).abs().greaterEqual(0.25);
  const rows = outside(height, 23).expandDims(2);
  const columns = outside(across, 22).expandDims(1);
  const isSpared = u(21).greaterEqual(p).reshape([-1, 1, 1]);
  const kept = rows.logicalOr(columns).logicalOr(isSpared); // [B, H, W]
  return images.mul(kept.cast('float32').expandDims(3));
}

const exp2 = (x: tf.Tensor): tf.Tensor => x.mul(Math.LN2).exp();

export const ada = defineComponent({
  slot: 'augmentation',
  id: 'ada',
  summary: 'ADA: strong augmentation whose probability is steered by how far the discriminator overfits.',
  cites: ['arXiv:2006.06676', 'github:NVlabs/stylegan2-ada-pytorch'],
  options: adaOptions,
  create: (options) => new Ada(options),
});
