import * as tf from '@tensorflow/tfjs';

/** Maps of the plane by image: x' = a x + b y + c, y' = d x + e y + f; each entry [B]. */
export type Affine = readonly [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];

/** First `second`, then `first`: the product of their matrices. */
export function compose(first: Affine, second: Affine): Affine {
  const [a, b, c, d, e, f] = first;
  const [g, h, i, j, k, l] = second;
  return [
    a.mul(g).add(b.mul(j)),
    a.mul(h).add(b.mul(k)),
    a.mul(i).add(b.mul(l)).add(c),
    d.mul(g).add(e.mul(j)),
    d.mul(h).add(e.mul(k)),
    d.mul(i).add(e.mul(l)).add(f),
  ];
}

export function scaling(x: tf.Tensor, y: tf.Tensor): Affine {
  const zero = tf.zerosLike(x);
  return [x, zero, zero, zero, y, zero];
}

export function rotation(angle: tf.Tensor): Affine {
  const [cos, sin, zero] = [angle.cos(), angle.sin(), tf.zerosLike(angle)];
  return [cos, sin.neg(), zero, sin, cos, zero];
}

export function translation(x: tf.Tensor, y: tf.Tensor): Affine {
  const [one, zero] = [tf.onesLike(x), tf.zerosLike(x)];
  return [one, zero, x, zero, one, y];
}

/** Colors by image as a matrix [B, 3, 4], whose last column is added. */
export type ColorMatrix = tf.Tensor3D;

/** A [3, 3] map with entries by image, after what `color` does: `rows` are [B, 3, 3]. */
export function recolor(rows: tf.Tensor3D, color: ColorMatrix): ColorMatrix {
  // Twelve sums of three products, written out: a matrix product would be rounded in bfloat16.
  return rows.expandDims(3).mul(color.expandDims(1)).sum(2) as tf.Tensor3D;
}

/** 1/3 in every entry: the projection onto the grey axis, [1, 3, 3]. */
export const greyProjection = (): tf.Tensor3D => tf.fill([1, 3, 3], 1 / 3);

/** The rotation about the grey axis by angles [B], [B, 3, 3] (Rodrigues). */
export function hueRotation(angle: tf.Tensor): tf.Tensor3D {
  const grey = greyProjection();
  const cross = tf.tensor3d([0, -1, 1, 1, 0, -1, -1, 1, 0], [1, 3, 3]).div(Math.sqrt(3));
  const [cos, sin] = [angle.cos(), angle.sin()].map((one) => one.reshape([-1, 1, 1])) as [
    tf.Tensor,
    tf.Tensor,
  ];
  const identity = tf.eye(3).expandDims(0);
  return grey.add(identity.sub(grey).mul(cos)).add(cross.mul(sin)) as tf.Tensor3D;
}
