import * as tf from '@tensorflow/tfjs';
import { GanymedeError } from '@ganymede/core';
import { differentiable } from './differentiable.js';
import { pointwise } from './pointwise.js';

/** @throws ODD_SIZE when height or width cannot be halved */
export function expectEvenSize(what: string, x: tf.Tensor4D): void {
  if (x.rank !== 4 || x.shape[1] % 2 !== 0 || x.shape[2] % 2 !== 0) {
    throw new GanymedeError(
      'ODD_SIZE',
      `${what}: expected [B, H, W, C] with even H and W, got [${x.shape.join(', ')}]`,
      { kind: 'failed' },
    );
  }
}

/**
 * The mean of each 2x2 square, differentiable any number of times: its gradient is nearest upsampling / 4.
 *
 * @param x - [B, H, W, C], H and W even
 * @returns [B, H / 2, W / 2, C]
 * @throws ODD_SIZE
 */
export function averagePool2(x: tf.Tensor4D): tf.Tensor4D {
  expectEvenSize('averagePool2', x);
  return differentiable<tf.Tensor4D>(
    { x },
    () => tf.avgPool(x, 2, 2, 'valid'),
    (dy) => ({ x: () => upsampleNearest2(times(dy, 0.25)) }),
  );
}

/**
 * Every pixel becomes a 2x2 square of its value; differentiable any number of times.
 *
 * @param x - [B, H, W, C]
 * @returns [B, 2H, 2W, C]
 */
export function upsampleNearest2(x: tf.Tensor4D): tf.Tensor4D {
  const [, height, width] = x.shape;
  return differentiable<tf.Tensor4D>(
    { x },
    () => tf.image.resizeNearestNeighbor(x, [2 * height, 2 * width]),
    (dy) => ({ x: () => times(averagePool2(dy), 4) }),
  );
}

function times(x: tf.Tensor4D, factor: number): tf.Tensor4D {
  return pointwise<[tf.Tensor4D]>([x], (x) => [tf.mul(x!, factor)])[0];
}
