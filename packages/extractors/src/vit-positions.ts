import { resizeMatrix } from './resize-matrix.js';

/**
 * Learned positions for another grid of patches, by bicubic interpolation in float64.
 * @param grid - [from, from, size]
 * @param antialiased - Pillow's kernel, widened where the grid shrinks, as DINOv2 with registers has it; else torch's
 * plain one (a = -3/4, borders held), as DINOv2 without
 * @returns [to, to, size]
 */
export function resizePositions(
  grid: ArrayLike<number>,
  from: number,
  to: number,
  size: number,
  antialiased: boolean,
): Float32Array {
  if (from === to) return Float32Array.from(grid);
  const matrix = antialiased ? resizeMatrix('clean', from, to) : plainBicubic(from, to);
  const rows = new Float64Array(from * to * size); // [from, to, size]
  for (let y = 0; y < from; y++)
    for (let x = 0; x < to; x++) addWeighted(grid, y * from, 1, matrix, x, from, size, rows, y * to + x);
  const resized = new Float64Array(to * to * size); // [to, to, size]
  for (let y = 0; y < to; y++)
    for (let x = 0; x < to; x++) addWeighted(rows, x, to, matrix, y, from, size, resized, y * to + x);
  return Float32Array.from(resized);
}

/** Adds to one vector of `target` those of `source` from `start` on, `stride` apart, by a row of the matrix. */
function addWeighted(
  source: ArrayLike<number>,
  start: number,
  stride: number,
  matrix: Float32Array | Float64Array,
  row: number,
  from: number,
  size: number,
  target: Float64Array,
  place: number,
): void {
  for (let k = 0; k < from; k++) {
    const weight = matrix[row * from + k]!;
    if (weight === 0) continue;
    const at = (start + k * stride) * size;
    for (let c = 0; c < size; c++)
      target[place * size + c] = target[place * size + c]! + weight * source[at + c]!;
  }
}

/** torch's `interpolate(mode='bicubic', align_corners=False)` along one axis, [to, from]. */
function plainBicubic(from: number, to: number): Float64Array {
  const a = -0.75;
  const cubic = (distance: number): number => {
    const x = Math.abs(distance);
    if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
    return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
  };
  const matrix = new Float64Array(to * from);
  for (let i = 0; i < to; i++) {
    const place = ((i + 0.5) * from) / to - 0.5;
    const below = Math.floor(place);
    for (let k = below - 1; k <= below + 2; k++) {
      const held = Math.min(Math.max(k, 0), from - 1);
      matrix[i * from + held] = matrix[i * from + held]! + cubic(place - k);
    }
  }
  return matrix;
}
