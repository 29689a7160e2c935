import * as tf from '@tensorflow/tfjs';
import { GanymedeError, type RandomStream } from '@ganymede/core';
import { orthonormalByProducts } from './orthonormal-products.js';
import { orthonormalVectors } from './orthonormal.js';

/**
 * First values of a weight. A seed gives the same network on every backend (large orthogonal weights: up to rounding).
 *
 * @param shape - outputs last: [kh, kw, in, out] or [in, out]; for an embedding [classes, dim]
 * @returns row-major values
 */
export type Initializer = (shape: readonly number[], random: RandomStream) => Float32Array;

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, side) => product * side, 1);

function expectMatrix(what: string, shape: readonly number[]): { rest: number; outputs: number } {
  if (shape.length < 2 || shape.some((side) => !Number.isInteger(side) || side < 1)) {
    throw new GanymedeError(
      'INITIALIZER_SHAPE',
      `${what}: expected two or more dimensions of one or more, got [${shape.join(', ')}]`,
      { kind: 'failed' },
    );
  }
  const outputs = shape[shape.length - 1]!;
  return { rest: sizeOf(shape) / outputs, outputs };
}

/** Where seconds of work on the host are at stake, the matrix is well-conditioned, and the backend is not the host. */
function inProducts(count: number, length: number): boolean {
  return count * count * length > 1e9 && length >= 2 * count && tf.getBackend() !== 'cpu';
}

/**
 * A random matrix with orthonormal rows or columns, whichever are fewer (arXiv:1312.6120), uniformly distributed: the
 * weight is seen as [everything else, outputs].
 *
 * @throws INITIALIZER_SHAPE for fewer than two dimensions
 */
export const orthogonal: Initializer = (shape, random) => {
  const { rest, outputs } = expectMatrix('orthogonal', shape);
  const count = Math.min(rest, outputs);
  const length = Math.max(rest, outputs);
  const vectors = inProducts(count, length)
    ? orthonormalByProducts(count, length, random)
    : orthonormalVectors(count, length, random);
  if (count === rest) return Float32Array.from(vectors);
  const values = new Float32Array(rest * outputs);
  for (let column = 0; column < outputs; column++)
    for (let row = 0; row < rest; row++) values[row * outputs + column] = vectors[column * length + row]!;
  return values;
};

/** Normal with mean 0 and the given standard deviation; 0.02 is DCGAN's (arXiv:1511.06434, section 3). */
export const normal =
  (standardDeviation = 0.02): Initializer =>
  (shape, random) =>
    Float32Array.from({ length: sizeOf(shape) }, () => standardDeviation * random.nextNormal());

/**
 * Uniform within ±sqrt(6 / (fan in + fan out)) (Glorot and Bengio, 2010); a kernel's area counts in both fans.
 *
 * @throws INITIALIZER_SHAPE for fewer than two dimensions
 */
export const xavier: Initializer = (shape, random) => {
  const { rest, outputs } = expectMatrix('xavier', shape);
  const area = sizeOf(shape.slice(0, -2));
  return uniform(Math.sqrt(6 / (rest + outputs * area)))(shape, random);
};

/**
 * Normal with mean 0 and standard deviation gain / sqrt(fan in) (arXiv:1502.01852); a kernel's area counts in the fan, and of
 * a grouped convolution the inputs of one group.
 *
 * @throws INITIALIZER_SHAPE for fewer than two dimensions
 */
export const heNormal =
  (gain = Math.SQRT2): Initializer =>
  (shape, random) =>
    normal(gain / Math.sqrt(expectMatrix('heNormal', shape).rest))(shape, random);

/** Another initializer's values times a factor: a gain of sqrt(2) before ReLUs, for one. */
export const scaled =
  (factor: number, initializer: Initializer): Initializer =>
  (shape, random) =>
    initializer(shape, random).map((value) => factor * value);

/** Uniform in [-bound, bound). */
export const uniform =
  (bound: number): Initializer =>
  (shape, random) =>
    Float32Array.from({ length: sizeOf(shape) }, () => bound * (2 * random.nextUniform() - 1));

export const zeros: Initializer = (shape) => new Float32Array(sizeOf(shape));
export const ones: Initializer = (shape) => new Float32Array(sizeOf(shape)).fill(1);
