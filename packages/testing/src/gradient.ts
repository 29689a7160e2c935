import { RandomStream } from '@ganymede/core';
import * as tf from '@tensorflow/tfjs';

export interface GradientOptions {
  /** 2 checks the gradient of the gradient as well; default 1. */
  readonly order?: 1 | 2;
  /** Step of the differences in units of the direction's entries, which are standard normal; default 0.01. */
  readonly eps?: number;
  /** Allowed error relative to the gradient's Euclidean norm; default 2e-3. */
  readonly tolerance?: number;
  /** Random directions for each order; default 4. */
  readonly directions?: number;
  readonly seed?: number;
}

type Fn = (...inputs: tf.Tensor[]) => tf.Tensor;

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function weightedSum(output: tf.Tensor, weights: Float32Array): tf.Scalar {
  return output.flatten().mul(tf.tensor1d(weights)).sum() as tf.Scalar;
}

/** The gradient of sum(fn * weights) over all inputs as one vector; zeros where it does not depend on an input. */
function gradientVector(fn: Fn, inputs: tf.Tensor[], weights: Float32Array): tf.Tensor1D {
  const gradients = tf.grads((...xs: tf.Tensor[]) => {
    // tfjs throws when the result does not depend on an input; a zero term makes that a gradient of zero, which
    // the comparison with differences then confirms or refutes.
    const connected = tf.addN(xs.map((x) => x.mul(0).sum()));
    return weightedSum(fn(...xs), weights).add(connected);
  })(inputs);
  return tf.concat1d(gradients.map((gradient) => gradient.flatten() as tf.Tensor1D));
}

/**
 * The derivative of sum(fn * weights) along `direction` by the five-point central difference (error of order eps^4).
 * Outputs are summed on the host in float64, so only the rounding inside `fn` is left; `noise` bounds its effect.
 */
function difference(
  fn: Fn,
  inputs: readonly tf.Tensor[],
  weights: Float32Array,
  direction: readonly Float32Array[],
  eps: number,
): { value: number; noise: number } {
  let magnitude = 0;
  const at = (offset: number): number => {
    const data = tf.tidy(() => {
      const moved = inputs.map((x, i) => x.add(tf.tensor(direction[i]!, x.shape).mul(offset * eps)));
      return fn(...moved).dataSync();
    });
    magnitude = Math.max(magnitude, dot(data.map(Math.abs), weights.map(Math.abs)));
    return dot(data, weights);
  };
  const value = (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * eps);
  return { value, noise: (2 ** -22 * magnitude) / eps };
}

function checkOrder(
  fn: Fn,
  inputs: readonly tf.Tensor[],
  order: number,
  options: Required<GradientOptions>,
): void {
  const { eps, tolerance, directions, seed } = options;
  const random = RandomStream.create(seed, `gradient-${order}`);
  const outputSize = tf.tidy(() => fn(...inputs).size);
  const weights = random.normals(outputSize);
  const gradient = tf.tidy(() => gradientVector(fn, [...inputs], weights).dataSync());
  const norm = Math.sqrt(dot(gradient, gradient));
  for (let i = 0; i < directions; i++) {
    const direction = inputs.map((x) => random.normals(x.size));
    const analytic = dot(
      gradient,
      direction.flatMap((part) => [...part]),
    );
    const numeric = difference(fn, inputs, weights, direction, eps);
    const allowed = tolerance * norm + numeric.noise;
    if (norm > 0 && numeric.noise > 0.2 * norm) {
      throw new Error(
        `expectGradient: expected differences that resolve a gradient of norm ${norm}, got rounding noise of ` +
          `${numeric.noise} at eps ${eps}; raise eps or center the function's values`,
      );
    }
    // Written so that NaN fails.
    if (!(Math.abs(analytic - numeric.value) <= allowed)) {
      throw new Error(
        `expectGradient: expected ${numeric.value} by differences along direction ${i} (order ${order}), ` +
          `got ${analytic} from tfjs (difference ${Math.abs(analytic - numeric.value)}, allowed ${allowed})`,
      );
    }
  }
}

/**
 * Compares tfjs's gradient of `fn` with differences along random directions, every output weighted at random.
 * Meant for float32: the error is measured against the gradient's norm, and what rounding may add is allowed for.
 * Functions with kinks (ReLU) pass only where no kink lies within 2 eps times the direction of the inputs.
 * @param fn - tensors to one tensor of any shape; deterministic
 * @param inputs - float32 tensors, one for each argument; they stay the caller's
 * @throws Error that names the order, the direction and both values
 */
export function expectGradient(fn: Fn, inputs: readonly tf.Tensor[], options: GradientOptions = {}): void {
  const full = { order: 1, eps: 0.01, tolerance: 2e-3, directions: 4, seed: 0, ...options } as const;
  const integer = inputs.find((x) => x.dtype !== 'float32');
  if (integer) throw new Error(`expectGradient: expected float32 inputs, got ${integer.dtype}`);
  checkOrder(fn, inputs, 1, full);
  if (full.order === 1) return;
  const weights = tf.tidy(() => RandomStream.create(full.seed, 'outer').normals(fn(...inputs).size));
  checkOrder((...xs) => gradientVector(fn, xs, weights), inputs, 2, full);
}
