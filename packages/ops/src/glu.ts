import * as tf from '@tensorflow/tfjs';
import { GanymedeError } from '@ganymede/core';
import { differentiable, recording } from './differentiable.js';
import { pointwise } from './pointwise.js';
import { sigmoid } from './sigmoid.js';

/**
 * The gated linear unit (arXiv:1612.08083): the first half of the channels, each times the sigmoid of its partner in the second.
 * Differentiable any number of times.
 *
 * @param x - [B, H, W, 2C]
 * @returns [B, H, W, C]
 * @throws GLU_CHANNELS for an odd number of channels
 */
export function glu(x: tf.Tensor4D): tf.Tensor4D {
  const channels = x.shape[3];
  if (channels % 2 !== 0) {
    throw new GanymedeError('GLU_CHANNELS', `glu: expected an even number of channels, got ${channels}`, {
      kind: 'failed',
    });
  }
  return differentiable<tf.Tensor4D>(
    { x },
    (save) => {
      save([x]);
      return pointwise<[tf.Tensor4D]>(halves(x), (a, b) => [tf.mul(a!, tf.sigmoid(b!))])[0];
    },
    (dy, saved) => ({ x: () => gradientOf(dy, saved[0] as tf.Tensor4D) }),
  );
}

function gradientOf(dy: tf.Tensor4D, x: tf.Tensor4D): tf.Tensor4D {
  const [a, b] = halves(x);
  if (recording()) return joined(...partsOf(dy, a, sigmoid(b)));
  const parts = pointwise<[tf.Tensor4D, tf.Tensor4D]>([dy, a, b], (dy, a, b) =>
    partsOf(dy as tf.Tensor4D, a as tf.Tensor4D, tf.sigmoid(b as tf.Tensor4D)),
  );
  return joined(...parts);
}

/** Of both halves, from the gate. */
function partsOf(dy: tf.Tensor4D, a: tf.Tensor4D, gate: tf.Tensor4D): [tf.Tensor4D, tf.Tensor4D] {
  const first = tf.mul<tf.Tensor4D>(dy, gate);
  return [first, tf.mul(tf.mul(first, a), tf.sub(1, gate))];
}

const halves = (x: tf.Tensor4D): [tf.Tensor4D, tf.Tensor4D] =>
  tf.split(x, 2, 3) as [tf.Tensor4D, tf.Tensor4D];

const joined = (a: tf.Tensor4D, b: tf.Tensor4D): tf.Tensor4D => tf.concat4d([a, b], 3);
