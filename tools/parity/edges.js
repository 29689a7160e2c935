/**
 * Gradients where ReLUs stand on the edge.
 *
 * A gradient jumps where the input of a ReLU crosses zero, and an input that is zero to float32 rounding lies on either
 * side in two right implementations. BigGAN-PyTorch itself in float64, or on another number of threads, leaves the bounds
 * of its own fixtures (../shared/parity: deep128 in 75 of 172 gradients, by up to 18 times; imagenet128 in the same two
 * as this toolkit). So out of bounds may mean a mistake or an edge, and the difference must be told.
 *
 * Steps repeated with weights that are moved within rounding have other ReLUs on the other side. What their gradients
 * differ by spans what edges can do: a space of as many dimensions as there are repetitions, among tens of thousands of
 * entries. A difference to the reference that lies in it is edges; a mistake does not.
 */

/** Moves every entry by up to two units in its last place: about as far apart as right implementations are. */
export const rounding = 2 ** -22;

/** Steps are repeated so many times at most. */
export const repetitions = 64;

/**
 * Our gradients plus the combination of differences of repetitions that comes nearest to the reference's, every gradient
 * measured by its bound (least squares).
 *
 * @param ours - by name
 * @param repeated - the same of each repetition
 * @param theirs - the reference's
 * @param bounds - by name
 */
export function acrossEdges(ours, repeated, theirs, bounds) {
  const differences = repeated.map((one) => scaledDifference(one, ours, bounds));
  const wanted = scaledDifference(theirs, ours, bounds);
  const shares = leastSquares(differences, wanted);
  return Object.fromEntries(
    Object.entries(ours).map(([name, values]) => [
      name,
      values.map((value, i) =>
        repeated.reduce((sum, one, k) => sum + shares[k] * (one[name][i] - value), value),
      ),
    ]),
  );
}

function scaledDifference(a, b, bounds) {
  const parts = Object.keys(bounds).map((name) =>
    Float64Array.from(a[name], (value, i) => (value - b[name][i]) / bounds[name]),
  );
  const result = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}

/** Shares x that make sum_k x_k columns_k nearest to `target`, by the normal equations, barely damped. */
function leastSquares(columns, target) {
  const count = columns.length;
  const matrix = columns.map((a, i) => [...columns.map((b) => dot(a, b)), dot(columns[i], target)]);
  const damping = 1e-6 * Math.max(...matrix.map((row, i) => row[i]));
  matrix.forEach((row, i) => (row[i] += damping));
  for (let i = 0; i < count; i++) {
    for (let j = i + 1; j < count; j++) {
      const factor = matrix[j][i] / matrix[i][i];
      for (let k = i; k <= count; k++) matrix[j][k] -= factor * matrix[i][k];
    }
  }
  const shares = new Array(count).fill(0);
  for (let i = count - 1; i >= 0; i--) {
    let rest = matrix[i][count];
    for (let k = i + 1; k < count; k++) rest -= matrix[i][k] * shares[k];
    shares[i] = rest / matrix[i][i];
  }
  return shares;
}

function dot(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
