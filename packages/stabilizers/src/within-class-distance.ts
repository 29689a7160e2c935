import * as tf from '@tensorflow/tfjs';

/** How far images of one class lie from each other, root mean square over pixels, averaged over classes. */
export interface WithinClassDistance {
  /** Between any two. */
  readonly mean: tf.Scalar;
  /** To the most similar one: small where many samples are the same few images. */
  readonly nearest: tf.Scalar;
}

/** @param images - [classes * perClass, H, W, C], class after class; perClass >= 2 */
export function withinClassDistance(images: tf.Tensor4D, perClass: number): WithinClassDistance {
  const pixels = images.size / images.shape[0];
  const classes = images.shape[0] / perClass;
  const x = tf.reshape(images, [classes, perClass, pixels]);
  const centred = tf.sub(x, tf.mean(x, 1, true)); // against cancellation
  const products = tf.matMul(centred, centred, false, true); // [classes, K, K]
  const squares = tf.sum(tf.square(centred), 2, true); // [classes, K, 1]
  const distances = tf.sqrt(
    tf.div(tf.relu(tf.sub(tf.add(squares, tf.transpose(squares, [0, 2, 1])), tf.mul(products, 2))), pixels),
  ); // [classes, K, K]
  const others = tf.sub(1, tf.eye(perClass)); // [K, K]
  const mean = tf.div(tf.sum(tf.mul(distances, others)), classes * perClass * (perClass - 1));
  const farFromItself = tf.add(distances, tf.mul(tf.eye(perClass), 1e9));
  return { mean: mean as tf.Scalar, nearest: tf.mean(tf.min(farFromItself, 2)) };
}
