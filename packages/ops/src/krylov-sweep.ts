import * as tf from '@tensorflow/tfjs';

/** Bases of the Krylov spaces of a stack of matrices, and what the host needs to know of them. */
export interface KrylovSweep {
  /** Orthonormal rows [G, p, n]: an approximate right singular space. */
  readonly right: tf.Tensor3D;
  /** Orthonormal rows [G, p, m] that span A right'. */
  readonly left: tf.Tensor3D;
  /** left A right', of the scaled matrices [G, p, p]: its singular values are the approximations. */
  readonly projected: tf.Tensor3D;
  /** Inner products of the parts of A' left that leave the space [G, p, p]: the residuals' squares. */
  readonly residual: tf.Tensor3D;
  /** What each matrix was divided by [G]: its largest entry. */
  readonly scale: tf.Tensor1D;
}

/** A row is lost when orthogonalization leaves less than this of its squared length: the rest is rounding. */
const lostShare = 1e-10;
const tiny = 1e-30;

const dot = (x: tf.Tensor3D, y: tf.Tensor3D): tf.Tensor3D => tf.matMul(x, y, false, true);
const inverseLength = (x: tf.Tensor3D): tf.Tensor3D => tf.rsqrt(tf.maximum(dot(x, x), tiny));

function outside(x: tf.Tensor3D, basis: tf.Tensor3D | null): tf.Tensor3D {
  return basis ? tf.sub(x, tf.matMul(dot(x, basis), basis)) : x;
}

/**
 * The part of each row outside of its basis, with length one (classical Gram-Schmidt, twice: "twice is enough"). Where
 * nothing is left (an invariant space was found, or the matrix is singular) a fresh direction goes on.
 * @param x - [G, 1, d]; @param basis - [G, j, d]; @param fresh - unit [1, 1, d]
 * @param share - of the fresh direction where the row is not lost, relative to its length
 */
function orthonormalize(
  x: tf.Tensor3D,
  basis: tf.Tensor3D | null,
  fresh: tf.Tensor3D,
  share: tf.Scalar | null,
): tf.Tensor3D {
  const once = tf.mul<tf.Tensor3D>(outside(x, basis), inverseLength(x));
  const isLost = tf.cast(tf.lessEqual(dot(once, once), lostShare), 'float32'); // [G, 1, 1]
  const amount = share === null ? isLost : tf.add(isLost, share);
  const mixed = tf.add<tf.Tensor3D>(once, tf.mul(fresh, amount));
  const twice = outside(mixed, basis);
  return tf.mul(twice, inverseLength(twice));
}

const append = (basis: tf.Tensor3D | null, row: tf.Tensor3D): tf.Tensor3D =>
  basis ? tf.concat([basis, row], 1) : row;

/** A weighted sum of rows. @param weights - [b] */
function mixture(rows: readonly tf.Tensor3D[], weights: tf.Tensor1D): tf.Tensor3D {
  const stacked = tf.transpose(tf.concat([...rows], 1), [0, 2, 1]); // [G, n, b]
  const columns = tf.reshape(stacked, [-1, rows.length]) as tf.Tensor2D; // [G n, b]
  const [matrices, , length] = rows[0]!.shape;
  const sum = tf.matMul(columns, tf.reshape(weights, [-1, 1]) as tf.Tensor2D); // [G n, 1]
  return tf.reshape<tf.Rank.R3>(sum, [matrices, 1, length]);
}

/**
 * A Golub-Kahan bidiagonalization with full reorthogonalization of G matrices at once: from one row, or, restarted, from
 * the best right singular vectors of the sweep before (Baglama and Reichel, SIAM J. Sci. Comput. 27, 2005). A restart goes
 * on with a mixture of their residuals, which are parallel, and a little of a random row: once the residuals are small it
 * finds what the space has missed, a repeated value. The projected matrix is computed as it is, not taken from the
 * recurrence, so that rounding and lost rows do no harm.
 *
 * @param matrices - [G, m, n], m >= n
 * @param start - [G, b, n], b <= p; but for the first sweep rows need not be orthonormal, then all but row 0 are zero
 * @param isFirst - scalar, 1 in the first sweep, else 0: both are one function
 * @param freshRight - random unit rows [p, n]; @param freshLeft - random unit rows [p, m]
 * @param share - of the random row in that mixture, relative to the largest singular value
 */
export function krylovSweep(
  matrices: tf.Tensor3D,
  start: tf.Tensor3D,
  isFirst: tf.Scalar,
  freshRight: tf.Tensor2D,
  freshLeft: tf.Tensor2D,
  share: number,
): KrylovSweep {
  const rows = freshRight.shape[0];
  const given = start.shape[1];
  const rowsOf = (x: tf.Tensor2D): tf.Tensor3D[] => tf.split(tf.expandDims<tf.Tensor3D>(x, 0), rows, 1);
  const [fresh, freshOfLeft] = [rowsOf(freshRight), rowsOf(freshLeft)];
  const starts = tf.split<tf.Tensor3D>(start, given, 1);
  const isRestart = tf.sub<tf.Scalar>(1, isFirst);
  const last = tf.tensor1d(Array.from({ length: given }, (_, i) => Number(i === given - 1)));
  const all = tf.tensor1d(Array.from({ length: given }, (_, i) => 1 + i / 8));
  const weights = tf.add<tf.Tensor1D>(tf.mul(last, isFirst), tf.mul(all, isRestart)); // [b]
  const scale = tf.maximum<tf.Tensor1D>(tf.max(tf.abs(matrices), [1, 2]), tiny); // [G]
  const a = tf.div<tf.Tensor3D>(matrices, tf.reshape(scale, [-1, 1, 1]));

  let right: tf.Tensor3D | null = null;
  let left: tf.Tensor3D | null = null;
  const images: tf.Tensor3D[] = []; // A v
  const returns: tf.Tensor3D[] = []; // A' u
  const candidate = (j: number): tf.Tensor3D => {
    if (j === 0) return starts[0]!;
    if (j < given) return tf.add<tf.Tensor3D>(starts[j]!, tf.mul<tf.Tensor3D>(returns[j - 1]!, isFirst));
    return j === given ? mixture(returns, weights) : returns[j - 1]!;
  };
  for (let j = 0; j < rows; j++) {
    const amount = j === given ? tf.mul<tf.Scalar>(isRestart, share) : null;
    const v = orthonormalize(candidate(j), right, fresh[j]!, amount);
    right = append(right, v);
    const image = dot(v, a); // [G, 1, m]
    images.push(image);
    const u = orthonormalize(image, left, freshOfLeft[j]!, null);
    left = append(left, u);
    returns.push(tf.matMul(u, a) as tf.Tensor3D); // [G, 1, n]
  }
  const leaving = outside(tf.concat(returns, 1) as tf.Tensor3D, right);
  return {
    right: right!,
    left: left!,
    projected: dot(left!, tf.concat(images, 1) as tf.Tensor3D),
    residual: dot(leaving, leaving),
    scale,
  };
}
