import * as tf from '@tensorflow/tfjs';
import { pixelsAt } from '@ganymede/ops';

/**
 * Images mirrored with probability 1/2 and shifted by whole pixels, what comes in being the border mirrored.
 * @param images - [B, H, W, C]; @param drawn - [B, 3], uniform in [0, 1)
 */
export function shifted(
  images: tf.Tensor4D,
  drawn: tf.Tensor2D,
  { translation, flip }: { readonly translation: number; readonly flip: boolean },
): tf.Tensor4D {
  const [batch, height, width] = images.shape;
  const u = (index: number): tf.Tensor => tf.slice2d(drawn, [0, index], [-1, 1]); // [B, 1]
  const moved = (side: number, index: number): tf.Tensor => {
    const reach = Math.round(side * translation);
    const at = tf
      .range(0, side)
      .expandDims(0)
      .add(
        u(index)
          .mul(2 * reach + 1)
          .floor()
          .sub(reach),
      ); // [B, side]
    const last = side - 1;
    return tf.sub(last, at.abs().sub(last).abs());
  };
  const y = moved(height, 0);
  const straight = moved(width, 1);
  const isFlipped = flip ? u(2).less(0.5).cast('float32') : tf.zeros([batch, 1]);
  const x = straight.add(tf.sub(width - 1, straight.mul(2)).mul(isFlipped)); // [B, W]
  return pixelsAt(images, y.expandDims(2), x.expandDims(1));
}
