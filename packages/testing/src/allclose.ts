import type * as tf from '@tensorflow/tfjs';

/** Numbers in any of the shapes a test has them in. */
export type Numbers = number | ArrayLike<number> | readonly Numbers[] | tf.Tensor;

export interface Tolerance {
  /** Relative to |expected|; default 1e-5. */
  readonly rtol?: number;
  /** Absolute; default 1e-6. */
  readonly atol?: number;
}

interface Flat {
  readonly values: readonly number[];
  /** Null for a flat typed array, which fits any shape of its size. */
  readonly shape: readonly number[] | null;
}

function isTensor(value: unknown): value is tf.Tensor {
  return typeof value === 'object' && value !== null && 'dataSync' in value && 'shape' in value;
}

function shapeOfNested(value: unknown): number[] {
  return Array.isArray(value) ? [value.length, ...shapeOfNested(value[0])] : [];
}

function flatten(value: Numbers): Flat {
  if (typeof value === 'number') return { values: [value], shape: [] };
  if (isTensor(value)) return { values: Array.from(value.dataSync()), shape: value.shape };
  if (!Array.isArray(value)) return { values: Array.from(value as ArrayLike<number>), shape: null };
  const shape = shapeOfNested(value);
  const values = (value as unknown[]).flat(Infinity) as number[];
  const size = shape.reduce((product, length) => product * length, 1);
  if (values.length !== size) {
    throw new Error(
      `allclose: expected a rectangular array, got ${values.length} values for [${shape.join(', ')}]`,
    );
  }
  return { values, shape };
}

/**
 * Why `actual` is not close to `expected`, or null if it is: the same shape and, element by element,
 * |actual - expected| <= atol + rtol * |expected|. NaN equals NaN, an infinity only itself.
 */
export function differenceOf(actual: Numbers, expected: Numbers, tolerance: Tolerance = {}): string | null {
  const { rtol = 1e-5, atol = 1e-6 } = tolerance;
  const a = flatten(actual);
  const e = flatten(expected);
  const shapes = `[${(a.shape ?? [a.values.length]).join(', ')}]`;
  if (a.values.length !== e.values.length || (a.shape && e.shape && `${a.shape}` !== `${e.shape}`)) {
    return `allclose: expected shape [${(e.shape ?? [e.values.length]).join(', ')}], got ${shapes}`;
  }
  let outside = 0;
  let worst = -1;
  let worstExcess = -Infinity;
  for (let i = 0; i < e.values.length; i++) {
    const x = a.values[i]!;
    const y = e.values[i]!;
    if (Object.is(x, y) || x === y) continue;
    const difference = Math.abs(x - y);
    const bound = atol + rtol * Math.abs(y);
    // A difference of NaN fails, and so does a bound of infinity: an infinity is close to nothing but itself.
    if (difference <= bound && Number.isFinite(y)) continue;
    outside += 1;
    const excess = Number.isFinite(difference) ? difference / bound : Infinity;
    if (worst < 0 || excess > worstExcess) {
      worst = i;
      worstExcess = excess;
    }
  }
  if (outside === 0) return null;
  return (
    `allclose: expected ${e.values[worst]!} at flat index ${worst}, got ${a.values[worst]!} ` +
    `(difference ${Math.abs(a.values[worst]! - e.values[worst]!)}, rtol ${rtol}, atol ${atol}); ` +
    `${outside} of ${e.values.length} values of ${shapes} are outside`
  );
}

/**
 * Throws unless shapes agree and every value is within `atol + rtol * |expected|`.
 * @param actual - tensors, numbers, nested arrays (their shape counts) or typed arrays (only their size)
 * @param expected - as `actual`
 */
export function expectAllclose(actual: Numbers, expected: Numbers, tolerance: Tolerance = {}): void {
  const difference = differenceOf(actual, expected, tolerance);
  if (difference !== null) throw new Error(difference);
}
