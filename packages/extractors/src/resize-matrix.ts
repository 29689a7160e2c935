/**
 * How an image is brought to an extractor's size. Each reference does it its own way, and the numbers differ:
 * `pytorch-fid`: bilinear between pixel centers, without antialiasing (torch's `interpolate`, align_corners false).
 * `tf1`: bilinear with corners at pixel origins, TensorFlow 1's resize in the original FID and torch-fidelity.
 * `clean`: bicubic with antialiasing as PIL's in clean-fid, clipped to the range of pixels.
 * `none`: the images are of the size already.
 */
export type Resizer = 'pytorch-fid' | 'tf1' | 'clean' | 'none';

export const resizers = ['pytorch-fid', 'tf1', 'clean', 'none'] as const satisfies readonly Resizer[];

/**
 * A resizer along one axis as a matrix [to, from]: all of them are linear and separable.
 * @param from - pixels
 * @param to - as `from`
 */
export function resizeMatrix(resizer: Exclude<Resizer, 'none'>, from: number, to: number): Float32Array {
  const matrix = new Float32Array(to * from);
  for (let i = 0; i < to; i++) {
    const row = matrix.subarray(i * from, (i + 1) * from);
    if (resizer === 'clean') fillBicubic(row, i, from, to);
    else fillBilinear(row, resizer === 'tf1' ? (i * from) / to : ((i + 0.5) * from) / to - 0.5);
  }
  return matrix;
}

/** @param place - in source pixels; beyond the outermost centers their values are held */
function fillBilinear(row: Float32Array, place: number): void {
  const last = row.length - 1;
  const held = Math.min(Math.max(place, 0), last);
  const below = Math.min(Math.floor(held), last);
  const above = Math.min(below + 1, last);
  const share = held - below;
  row[below] = row[below]! + 1 - share;
  row[above] = row[above]! + share;
}

/** PIL's resampling: the kernel widened by the reduction, cut at the border and normalised. */
function fillBicubic(row: Float32Array, i: number, from: number, to: number): void {
  const scale = from / to;
  const widening = Math.max(scale, 1);
  const support = 2 * widening;
  const center = (i + 0.5) * scale;
  const start = Math.max(0, Math.trunc(center - support + 0.5));
  const end = Math.min(from, Math.trunc(center + support + 0.5));
  let sum = 0;
  const weights = Array.from({ length: end - start }, (_, k) => {
    const weight = keys((start + k - center + 0.5) / widening);
    sum += weight;
    return weight;
  });
  weights.forEach((weight, k) => (row[start + k] = weight / sum));
}

/** Keys' cubic with a = -1/2, PIL's choice. */
function keys(distance: number): number {
  const a = -0.5;
  const x = Math.abs(distance);
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  if (x < 2) return (((x - 5) * x + 8) * x - 4) * a;
  return 0;
}
