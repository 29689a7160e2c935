import * as tf from '@tensorflow/tfjs';

/** How varied images of some classes are; distances are root mean squares over pixels of images in [-1, 1]. */
export interface ImageVariety {
  /** By class: between any two images of it, on average. */
  readonly within: readonly number[];
  /** By class: of an image to the most similar one, on average; small where many are the same few. */
  readonly nearest: readonly number[];
  /** By class: in how many independent directions its images differ. */
  readonly directionsWithin: readonly number[];
  /** Between images of different classes, on average; null of a single class. */
  readonly between: number | null;
  /**
   * In how many independent directions the images differ: (tr K)^2 / tr(K^2) of the products K of centred images, 1 to
   * N - 1, and 0 where they do not differ. Unlike a distance it does not grow with contrast.
   */
  readonly directions: number;
}

/** Distances from products of centred images. @param products - [..., N, N]; @param pixels - of an image */
function distancesOf(products: tf.Tensor, squares: tf.Tensor, pixels: number): tf.Tensor {
  const order = products.rank === 3 ? [0, 2, 1] : [1, 0];
  const sum = tf.add(squares, tf.transpose(squares, order));
  return tf.sqrt(tf.div(tf.relu(tf.sub(sum, tf.mul(products, 2))), pixels));
}

/** (tr K)^2 / tr(K^2) of products K. @param products - [..., N, N]; @param squares - [..., N, 1], their diagonal */
function directionsOf(products: tf.Tensor, squares: tf.Tensor, pixels: number): tf.Tensor {
  // Over pixels, so that the squares of large images do not leave float32's range.
  const trace = tf.div(tf.sum(squares, [-2, -1]), pixels);
  const sum = tf.sum(tf.square(tf.div(products, pixels)), [-2, -1]);
  return tf.div(tf.square(trace), tf.maximum(sum, 1e-30));
}

/**
 * The numbers of `ImageVariety` in a row, for `varietyFrom`.
 * @param images - [classes * perClass, H, W, C], class after class; perClass >= 2
 * @returns [3 * classes + 2]: within, nearest, directions within, between, directions
 */
export function varietyOf(images: tf.Tensor4D, perClass: number): tf.Tensor1D {
  const count = images.shape[0];
  const classes = count / perClass;
  const pixels = images.size / count;
  // Of each class its own mean is taken off: what all its images share would cancel badly.
  const x = tf.reshape(images, [classes, perClass, pixels]);
  const ofClass = tf.sub(x, tf.mean(x, 1, true));
  const products = tf.matMul(ofClass, ofClass, false, true); // [classes, K, K]
  const squaresOfClass = tf.sum(tf.square(ofClass), 2, true); // [classes, K, 1]
  const distances = distancesOf(products, squaresOfClass, pixels); // [classes, K, K]
  const others = tf.sub(1, tf.eye(perClass)); // [K, K]
  const within = tf.div(tf.sum(tf.mul(distances, others), [1, 2]), perClass * (perClass - 1)); // [classes]
  const farFromItself = tf.add(distances, tf.mul(tf.eye(perClass), 1e9));
  const nearest = tf.mean(tf.min(farFromItself, 2), 1); // [classes]

  const flat = tf.reshape(images, [count, pixels]);
  const centred = tf.sub(flat, tf.mean(flat, 0, true));
  const gram = tf.matMul(centred, centred, false, true); // [N, N]
  const squares = tf.sum(tf.square(centred), 1, true); // [N, 1]
  const number = tf.range(0, classes).reshape([classes, 1, 1]);
  const label = tf.reshape(tf.tile(number, [1, perClass, 1]), [count, 1]); // [N, 1]
  const isOther = tf.cast(tf.notEqual(label, tf.transpose(label)), 'float32'); // [N, N]
  const pairs = Math.max(1, count * (count - perClass));
  const between = tf.div(tf.sum(tf.mul(distancesOf(gram, squares, pixels), isOther)), pairs);
  const all = [
    within,
    nearest,
    directionsOf(products, squaresOfClass, pixels),
    between,
    directionsOf(gram, squares, pixels),
  ];
  return tf.concat(all.map((one) => tf.reshape(one, [-1])));
}

/** @param values - of `varietyOf`, [3 * classes + 2] */
export function varietyFrom(values: ArrayLike<number>): ImageVariety {
  const all = Array.from(values);
  const classes = (all.length - 2) / 3;
  return {
    within: all.slice(0, classes),
    nearest: all.slice(classes, 2 * classes),
    directionsWithin: all.slice(2 * classes, 3 * classes),
    between: classes > 1 ? all.at(-2)! : null,
    directions: all.at(-1)!,
  };
}
