/** Reproducible values in (-1, 1) that are neither regular nor random: the fractional parts of a quadratic. */
export function pattern(length: number, phase = 0): number[] {
  return Array.from({ length }, (_, i) => {
    const value = (i + 1) * 0.754877666 + (i + phase) ** 2 * 0.0569840291 + phase * 0.31;
    return Math.fround(2 * (value - Math.floor(value)) - 1);
  });
}

type Shape4 = readonly [number, number, number, number];

/**
 * Convolution by its definition, in float64.
 * @param x - [B, H, W, I]; @param w - [K, K, I, O]; zero padding as TensorFlow's `same`: the odd row goes to the end
 * @returns [B, ceil(H/stride), ceil(W/stride), O], row-major
 */
export function naiveConv2d(
  x: ArrayLike<number>,
  xShape: Shape4,
  w: ArrayLike<number>,
  wShape: Shape4,
  stride: number,
): number[] {
  const [batch, height, width, inputs] = xShape;
  const [kernel, , , outputs] = wShape;
  const outHeight = Math.ceil(height / stride);
  const outWidth = Math.ceil(width / stride);
  const before = (size: number, out: number): number =>
    Math.floor(Math.max((out - 1) * stride + kernel - size, 0) / 2);
  const top = before(height, outHeight);
  const left = before(width, outWidth);
  const y: number[] = [];
  for (let b = 0; b < batch; b++)
    for (let i = 0; i < outHeight; i++)
      for (let j = 0; j < outWidth; j++)
        for (let o = 0; o < outputs; o++) {
          let sum = 0;
          for (let ki = 0; ki < kernel; ki++)
            for (let kj = 0; kj < kernel; kj++) {
              const row = i * stride + ki - top;
              const column = j * stride + kj - left;
              if (row < 0 || row >= height || column < 0 || column >= width) continue;
              for (let c = 0; c < inputs; c++) {
                sum +=
                  x[((b * height + row) * width + column) * inputs + c]! *
                  w[((ki * kernel + kj) * inputs + c) * outputs + o]!;
              }
            }
          y.push(sum);
        }
  return y;
}
