import type { GanymedeError, SummaryArrays } from '@ganymede/core';
import { badSummary, tooFewImages } from './errors.js';
import { checkMatrix, type Matrix } from './feature-checks.js';
import { addMultiplyTransposed, mirrorLower } from './linear-algebra/multiply-transposed.js';
import { onBackend, type Products } from './products.js';
import { addSlicedGram, exactRows } from './sliced-gram.js';

/** Mean and covariance of features, in float64. */
export interface Moments {
  /** Images that they were taken over. */
  readonly count: number;
  readonly size: number;
  /** [size] */
  readonly mean: Float64Array;
  /** [size, size]; unbiased: divided by count - 1. */
  readonly covariance: Float64Array;
}

/**
 * Mean and covariance of a stream of features: memory depends on their size alone. Rows are taken relative to the
 * first one, so that a large common offset costs no digits, and are multiplied in blocks, on the host in float64 or on
 * the backend in exact slices.
 */
export class StreamingMoments {
  private readonly buffer: Float64Array;
  private readonly origin: Float64Array;
  private readonly sums: Float64Array;
  private readonly products: Float64Array;
  private buffered = 0;
  private seen = 0;

  /** @param size - numbers in a feature; @param where - of the products, see `Products` */
  constructor(
    readonly size: number,
    private readonly where: Products = 'auto',
  ) {
    this.buffer = new Float64Array(exactRows * size);
    this.origin = new Float64Array(size);
    this.sums = new Float64Array(size);
    this.products = new Float64Array(size * size);
  }

  /** Rows taken in so far. */
  get count(): number {
    return this.seen;
  }

  /** @throws BAD_FEATURE_SHAPE, NON_FINITE_FEATURE; then nothing of the batch was taken in */
  async add(batch: Matrix): Promise<void> {
    checkMatrix('moments', { ...batch, size: this.size });
    const { size } = this;
    const { values, count } = batch;
    if (this.seen === 0 && count > 0) this.origin.set(values.subarray(0, size));
    for (let i = 0; i < count; i++) {
      const row = this.buffered * size;
      for (let j = 0; j < size; j++) {
        const value = values[i * size + j]! - this.origin[j]!;
        this.buffer[row + j] = value;
        this.sums[j] = this.sums[j]! + value;
      }
      this.seen += 1;
      this.buffered += 1;
      if (this.buffered === exactRows) await this.flush();
    }
  }

  /** @throws TOO_FEW_IMAGES for fewer than two rows */
  async finish(): Promise<Moments> {
    const { seen: count, size } = this;
    if (count < 2) throw tooFewForCovariance(count);
    await this.flush();
    const covariance = new Float64Array(size * size);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j <= i; j++) {
        const at = i * size + j;
        covariance[at] = (this.products[at]! - (this.sums[i]! * this.sums[j]!) / count) / (count - 1);
      }
    }
    mirrorLower(covariance, size);
    return { count, size, mean: this.sums.map((sum, j) => this.origin[j]! + sum / count), covariance };
  }

  private async flush(): Promise<void> {
    const { buffered: rows, size } = this;
    if (rows === 0) return;
    if (onBackend(this.where, exactRows * size * size)) {
      await addSlicedGram(this.buffer, rows, size, this.products);
    } else {
      const columns = new Float64Array(size * rows); // [size, rows]
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < size; j++) columns[j * rows + i] = this.buffer[i * size + j]!;
      }
      addMultiplyTransposed(columns, columns, this.products, {
        rowsA: size,
        rowsB: size,
        inner: rows,
        lowerOnly: true,
      });
    }
    this.buffered = 0;
  }
}

export const tooFewForCovariance = (count: number): GanymedeError =>
  tooFewImages('covariance', 2, count, 'One image has no spread.');

/** Moments of features that are all there. @throws BAD_FEATURE_SHAPE, NON_FINITE_FEATURE, TOO_FEW_IMAGES */
export async function momentsOf(features: Matrix, where: Products = 'auto'): Promise<Moments> {
  const stream = new StreamingMoments(features.size, where);
  await stream.add(features);
  return stream.finish();
}

/** Moments as they lie in a cache. */
export function momentsToArrays({ count, mean, covariance }: Moments): SummaryArrays {
  return { count: Float64Array.of(count), mean, covariance };
}

/** @throws BAD_FEATURE_SUMMARY */
export function momentsFromArrays(arrays: SummaryArrays, size: number): Moments {
  const { count, mean, covariance } = arrays;
  if (!count || mean?.length !== size || covariance?.length !== size * size) {
    const got = Object.entries(arrays).map(([name, { length }]) => `${name} of ${length}`);
    throw badSummary('moments', `count, mean of ${size} and covariance of ${size * size}`, got.join(', '));
  }
  return { count: count[0]!, size, mean: Float64Array.from(mean), covariance: Float64Array.from(covariance) };
}
