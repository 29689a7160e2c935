import * as tf from '@tensorflow/tfjs';
import { defineComponent, type Augmentation, type RandomStream } from '@ganymede/core';
import { z } from 'zod';
import { pixelGrid, pixelsAt } from '@ganymede/ops';

const policies = ['color', 'translation', 'cutout'] as const;

export const diffAugmentOptions = z.strictObject({
  policy: z
    .array(z.enum(policies))
    .min(1)
    .default([...policies])
    .describe('what is done, always in the order color, translation, cutout'),
  translation: z.number().positive().max(0.5).default(0.125).describe('largest shift, as a part of a side'),
  cutout: z
    .number()
    .positive()
    .max(1)
    .default(0.5)
    .describe('sides of the rectangle that is cut out, as parts of those of the image'),
});
export type DiffAugmentOptions = z.input<typeof diffAugmentOptions>;

/** Uniform numbers that an image takes: three of color, two of translation, two of cutout. */
const width = 7;

/**
 * DiffAugment (arXiv:2006.10738, section 4 and the authors' DiffAugment_pytorch.py), with u uniform in [0, 1) anew for each:
 *
 *     color        x <- x + (u - 1/2);  x <- (x - m) 2u + m, m the mean of each pixel's channels;
 *                  x <- (x - M) (u + 1/2) + M, M the mean of the image
 *     translation  by whole pixels, uniform in +-round(H/8) and +-round(W/8), zeros coming in
 *     cutout       round(H/2) by round(W/2), centred anywhere, are zero
 *
 * Each image has its own draw, and every image is augmented: there is no probability.
 */
export class DiffAugment implements Augmentation {
  private readonly options: z.output<typeof diffAugmentOptions>;

  constructor(options: DiffAugmentOptions = {}) {
    this.options = diffAugmentOptions.parse(options);
  }

  draw(count: number, random: RandomStream): { values: Float32Array; width: number } {
    return { values: random.uniforms(count * width), width };
  }

  /** @param drawn - [B, 7], uniform in [0, 1) */
  apply(images: tf.Tensor4D, drawn: tf.Tensor2D): tf.Tensor4D {
    const { policy } = this.options;
    return tf.tidy(() => {
      const u = (index: number): tf.Tensor4D => tf.slice2d(drawn, [0, index], [-1, 1]).reshape([-1, 1, 1, 1]);
      let x = images;
      if (policy.includes('color')) x = recolor(x, u(0), u(1), u(2));
      if (policy.includes('translation')) x = this.translate(x, u(3), u(4));
      if (policy.includes('cutout')) x = this.cutOut(x, u(5), u(6));
      return x.clone();
    });
  }

  private translate(images: tf.Tensor4D, uy: tf.Tensor4D, ux: tf.Tensor4D): tf.Tensor4D {
    const [, height, width] = images.shape;
    const grid = pixelGrid(height, width);
    const moved = (u: tf.Tensor4D, side: number, at: tf.Tensor3D): tf.Tensor => {
      const reach = Math.round(side * this.options.translation);
      const shift = u
        .mul(2 * reach + 1)
        .floor()
        .sub(reach); // [B, 1, 1, 1]
      return at.add(shift.squeeze([3]));
    };
    const [y, x] = [moved(uy, height, grid.y), moved(ux, width, grid.x)]; // [B, H, W]
    const isInside = tf.logicalAnd(
      tf.logicalAnd(y.greaterEqual(0), y.less(height)),
      tf.logicalAnd(x.greaterEqual(0), x.less(width)),
    );
    const pixels = pixelsAt(images, y.clipByValue(0, height - 1), x.clipByValue(0, width - 1));
    return pixels.mul(isInside.cast('float32').expandDims(3));
  }

  private cutOut(images: tf.Tensor4D, uy: tf.Tensor4D, ux: tf.Tensor4D): tf.Tensor4D {
    const [, height, width] = images.shape;
    const grid = pixelGrid(height, width);
    const covers = (u: tf.Tensor4D, side: number, at: tf.Tensor3D): tf.Tensor => {
      const size = Math.round(side * this.options.cutout);
      const first = u
        .mul(side + 1 - (size % 2))
        .floor()
        .sub(Math.floor(size / 2))
        .squeeze([3]); // [B, 1, 1]
      return tf.logicalAnd(at.greaterEqual(first), at.less(first.add(size)));
    };
    const isCut = tf.logicalAnd(covers(uy, height, grid.y), covers(ux, width, grid.x)); // [B, H, W]
    return images.mul(tf.sub(1, isCut.cast('float32')).expandDims(3));
  }
}

function recolor(
  x: tf.Tensor4D,
  brightness: tf.Tensor,
  saturation: tf.Tensor,
  contrast: tf.Tensor,
): tf.Tensor4D {
  const bright = x.add(brightness.sub(0.5));
  const grey = bright.mean(3, true);
  const saturated = bright.sub(grey).mul(saturation.mul(2)).add(grey);
  const level = saturated.mean([1, 2, 3], true);
  return saturated.sub(level).mul(contrast.add(0.5)).add(level);
}

export const diffAugment = defineComponent({
  slot: 'augmentation',
  id: 'diff-augment',
  summary:
    'DiffAugment: color, translation and cutout of every real and generated image, for training on little data.',
  cites: ['arXiv:2006.10738', 'github:mit-han-lab/data-efficient-gans'],
  options: diffAugmentOptions,
  create: (options) => new DiffAugment(options),
});
