import * as tf from '@tensorflow/tfjs';
import { tooFewImages } from './errors.js';
import { checkMatrix, checkSameSize, type Matrix } from './feature-checks.js';
import { addMultiplyTransposed } from './linear-algebra/multiply-transposed.js';
import { onBackend, type Products } from './products.js';

/** Rows of either set whose products are held at a time. */
const block = 2048;

export interface KernelOptions {
  readonly degree: number;
  /** Factor on the dot product; null for one over the size of a feature. */
  readonly gamma: number | null;
  readonly coefficient: number;
  readonly products: Products;
}

/** The kernel of KID: (x.y / size + 1)^3. */
export const cubicKernel: KernelOptions = { degree: 3, gamma: null, coefficient: 1, products: 'auto' };

/**
 * Unbiased estimate of the squared maximum mean discrepancy under a polynomial kernel (arXiv:1801.01401, section 4).
 * Sums are in float64; products on the backend round each kernel value by a few parts in 10^7, at random, which the
 * mean over a million pairs forgets.
 * @throws BAD_FEATURE_SHAPE, NON_FINITE_FEATURE, FEATURE_SIZES_DIFFER, TOO_FEW_IMAGES
 */
export async function kernelDistance(
  real: Matrix,
  fake: Matrix,
  kernel: KernelOptions = cubicKernel,
): Promise<number> {
  checkMatrix('real features', real);
  checkMatrix('fake features', fake);
  checkSameSize('kernel distance', real, fake);
  for (const { count } of [real, fake])
    if (count < 2) throw tooFewImages('kernel distance', 2, count, 'It compares pairs of images.');
  const [n, m] = [real.count, fake.count];
  const within = async (set: Matrix): Promise<number> =>
    (await kernelSum(set, set, kernel)) - diagonalSum(set, kernel);
  return (
    (await within(real)) / (n * (n - 1)) +
    (await within(fake)) / (m * (m - 1)) -
    (2 * (await kernelSum(real, fake, kernel))) / (n * m)
  );
}

function kernelOf({ degree, gamma, coefficient }: KernelOptions, size: number): (dot: number) => number {
  const scale = gamma ?? 1 / size;
  if (degree === 3) {
    return (dot) => {
      const base = scale * dot + coefficient;
      return base * base * base;
    };
  }
  return (dot) => (scale * dot + coefficient) ** degree;
}

/** Sum of the kernel over all pairs. */
async function kernelSum(a: Matrix, b: Matrix, kernel: KernelOptions): Promise<number> {
  const value = kernelOf(kernel, a.size);
  const isRemote = onBackend(kernel.products, a.count * b.count * a.size);
  let sum = 0;
  for (let i = 0; i < a.count; i += block) {
    for (let j = 0; j < b.count; j += block) {
      const [rows, columns] = [Math.min(block, a.count - i), Math.min(block, b.count - j)];
      const dots = isRemote
        ? await remoteDots(a, i, rows, b, j, columns)
        : hostDots(a, i, rows, b, j, columns);
      let partial = 0;
      for (let at = 0; at < rows * columns; at++) partial += value(dots[at]!);
      sum += partial;
    }
  }
  return sum;
}

function rowsOf({ values, size }: Matrix, start: number, rows: number): Float32Array | Float64Array {
  return values.subarray(start * size, (start + rows) * size);
}

function hostDots(a: Matrix, i: number, rows: number, b: Matrix, j: number, columns: number): Float64Array {
  const dots = new Float64Array(rows * columns);
  addMultiplyTransposed(
    Float64Array.from(rowsOf(a, i, rows)),
    Float64Array.from(rowsOf(b, j, columns)),
    dots,
    {
      rowsA: rows,
      rowsB: columns,
      inner: a.size,
    },
  );
  return dots;
}

async function remoteDots(
  a: Matrix,
  i: number,
  rows: number,
  b: Matrix,
  j: number,
  columns: number,
): Promise<Float32Array> {
  const tensor = (set: Matrix, start: number, count: number): tf.Tensor2D =>
    tf.tensor2d(Float32Array.from(rowsOf(set, start, count)), [count, set.size]);
  const dots = tf.tidy(() => tf.matMul(tensor(a, i, rows), tensor(b, j, columns), false, true));
  const values = await dots.data<'float32'>();
  dots.dispose();
  return values;
}

function diagonalSum({ values, count, size }: Matrix, kernel: KernelOptions): number {
  const value = kernelOf(kernel, size);
  let sum = 0;
  for (let i = 0, at = 0; i < count; i++) {
    let dot = 0;
    for (let k = 0; k < size; k++, at++) dot += values[at]! * values[at]!;
    sum += value(dot);
  }
  return sum;
}
