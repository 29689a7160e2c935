import * as tf from '@tensorflow/tfjs';

type Slices<T> = [high: T, middle: T, low: T];

/** Rows whose products of 8-bit integers still add up exactly in float32: 2^10 x 2^7 x 2^7 = 2^24. */
export const exactRows = 1024;

/**
 * Adds X^T X to `out` with products on the tfjs backend, as exact as float64 needs: each column is scaled to 24-bit
 * fixed point and cut into three slices of 8-bit integers, whose products add up in float32 without any rounding
 * (the scheme of Ozaki et al., doi:10.1007/s11075-011-9478-1, with fixed sizes). Of the product of the
 * least slices, below 2^-32 of the largest, only the diagonal is added: squares add up, the rest averages out. It holds for TF32 and bfloat16 units too, which hold 8 bits.
 * @param rows - [count, size], at most 1024 rows
 * @param out - [size, size]; only what is at and below the diagonal is added to
 */
export async function addSlicedGram(
  rows: Float64Array,
  count: number,
  size: number,
  out: Float64Array,
): Promise<void> {
  const scales = columnScales(rows, count, size);
  const slices = slice(rows, count, size, scales);
  const products = tf.tidy(() => {
    const [high, middle, low] = slices.map((one) => tf.tensor2d(one, [count, size])) as Slices<tf.Tensor2D>;
    return [
      ...[high, middle, low].map((other) => tf.matMul(high, other, true)),
      ...[middle, low].map((other) => tf.matMul(middle, other, true)),
    ];
  });
  const [highHigh, highMiddle, highLow, middleMiddle, middleLow] = await Promise.all(
    products.map((product) => product.data<'float32'>()),
  );
  tf.dispose(products);
  const leastSquares = columnSquares(slices[2], count, size);
  for (let i = 0; i < size; i++) {
    const row = i * size;
    out[row + i] = out[row + i]! + leastSquares[i]! * 2 ** -46 * scales[i]! * scales[i]!;
    for (let j = 0; j <= i; j++) {
      const across = j * size + i;
      const sum =
        highHigh![row + j]! * 2 ** -14 +
        (highMiddle![row + j]! + highMiddle![across]!) * 2 ** -22 +
        (middleMiddle![row + j]! + highLow![row + j]! + highLow![across]!) * 2 ** -30 +
        (middleLow![row + j]! + middleLow![across]!) * 2 ** -38;
      out[row + j] = out[row + j]! + sum * scales[i]! * scales[j]!;
    }
  }
}

/** The least power of two that no magnitude of a column is above; scaling by it rounds nothing. */
function columnScales(rows: Float64Array, count: number, size: number): Float64Array {
  const scales = new Float64Array(size);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < size; j++) scales[j] = Math.max(scales[j]!, Math.abs(rows[i * size + j]!));
  }
  return scales.map((largest) => (largest === 0 ? 1 : 2 ** Math.ceil(Math.log2(largest))));
}

/** x / scale = high 2^-7 + middle 2^-15 + low 2^-23, integers of magnitude 128 at most. */
function slice(rows: Float64Array, count: number, size: number, scales: Float64Array): Slices<Float32Array> {
  const high = new Float32Array(count * size);
  const middle = new Float32Array(count * size);
  const low = new Float32Array(count * size);
  for (let i = 0, at = 0; i < count; i++) {
    for (let j = 0; j < size; j++, at++) {
      const scaled = (rows[at]! / scales[j]!) * 128;
      const first = Math.round(scaled);
      const rest = (scaled - first) * 256;
      const second = Math.round(rest);
      high[at] = first;
      middle[at] = second;
      low[at] = Math.round((rest - second) * 256);
    }
  }
  return [high, middle, low];
}

function columnSquares(rows: Float32Array, count: number, size: number): Float64Array {
  const sums = new Float64Array(size);
  for (let i = 0, at = 0; i < count; i++)
    for (let j = 0; j < size; j++, at++) sums[j] = sums[j]! + rows[at]! * rows[at]!;
  return sums;
}
