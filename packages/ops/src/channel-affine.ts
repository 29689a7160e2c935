import * as tf from '@tensorflow/tfjs';
import { GanymedeError } from '@ganymede/core';

/** [B, C] or [C] to [B, 1, 1, C] or [1, 1, 1, C]. */
export function overPositions(t: tf.Tensor): tf.Tensor4D {
  return tf.reshape(t, [t.rank === 2 ? t.shape[0]! : 1, 1, 1, t.shape[t.rank - 1]!]);
}

/**
 * A gain and a bias that fit x [B, H, W, C]: both [C], or both [B, C].
 * @param what - whose arguments they are; its error is of the code `<WHAT>_SHAPE`
 */
export function expectAffineShapes(
  what: 'batchNorm' | 'groupNorm',
  x: tf.Tensor4D,
  gain: tf.Tensor,
  bias: tf.Tensor,
): void {
  const [batch, , , channels] = x.shape;
  const shape = gain.shape.join(', ');
  const fits = shape === `${channels}` || shape === `${batch}, ${channels}`;
  if (!fits || shape !== bias.shape.join(', ')) {
    throw new GanymedeError(
      what === 'batchNorm' ? 'BATCH_NORM_SHAPE' : 'GROUP_NORM_SHAPE',
      `${what}: expected gain and bias of [${channels}] or [${batch}, ${channels}] for x [${x.shape.join(', ')}], got [${shape}] and [${bias.shape.join(', ')}]`,
      { kind: 'failed' },
    );
  }
}
