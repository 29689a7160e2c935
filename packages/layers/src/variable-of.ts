import * as tf from '@tensorflow/tfjs';

/** A variable that owns its values; `trained` tells weights from state. */
export function variableOf<R extends tf.Rank>(
  values: Float32Array,
  shape: tf.ShapeMap[R],
  trained: boolean,
): tf.Variable<R> {
  return tf.tidy(() => tf.variable(tf.tensor<R>(values, shape, 'float32'), trained));
}
