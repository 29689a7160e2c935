import * as tf from '@tensorflow/tfjs';
import type { Affine } from './ada-transforms.js';
import { pixelGrid, pixelsAt } from '@ganymede/ops';

/**
 * Images seen through maps of the plane: each output pixel is read at the input point that its map names, in pixels from the
 * centre, bilinearly between four pixels. Beyond the border the image goes on mirrored, without a second copy of the edge.
 * Whole shifts, mirrors and quarter turns are exact but for the rounding of coordinates.
 * @param images - [B, H, W, C]; @param inverse - output to input
 * @returns [B, H, W, C]
 */
export function warp(images: tf.Tensor4D, inverse: Affine): tf.Tensor4D {
  const [, height, width] = images.shape;
  const grid = pixelGrid(height, width);
  const [cy, cx] = [(height - 1) / 2, (width - 1) / 2];
  const [a, b, c, d, e, f] = inverse.map((one) => one.reshape([-1, 1, 1]));
  const [y, x] = [grid.y.sub(cy), grid.x.sub(cx)];
  const column = mirrored(a!.mul(x).add(b!.mul(y)).add(c!).add(cx), width); // [B, H, W]
  const row = mirrored(d!.mul(x).add(e!.mul(y)).add(f!).add(cy), height);
  const [left, top] = [column.floor(), row.floor()];
  const [right, bottom] = [left.add(1).minimum(width - 1), top.add(1).minimum(height - 1)];
  const [fx, fy] = [column.sub(left).expandDims(3), row.sub(top).expandDims(3)]; // [B, H, W, 1]
  const between = (one: tf.Tensor, other: tf.Tensor, part: tf.Tensor): tf.Tensor =>
    one.add(other.sub(one).mul(part));
  const upper = between(pixelsAt(images, top, left), pixelsAt(images, top, right), fx);
  const lower = between(pixelsAt(images, bottom, left), pixelsAt(images, bottom, right), fx);
  return between(upper, lower, fy) as tf.Tensor4D;
}

/** Positions folded back into [0, size - 1] at both ends. */
function mirrored(position: tf.Tensor, size: number): tf.Tensor {
  const last = size - 1;
  const turn = position.sub(
    position
      .div(2 * last)
      .floor()
      .mul(2 * last),
  ); // [0, 2 last)
  return tf.sub(last, turn.sub(last).abs()).clipByValue(0, last);
}
