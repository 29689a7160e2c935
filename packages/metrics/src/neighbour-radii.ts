import type { Matrix } from './feature-checks.js';
import { eachDistanceBlock, squaredDistance } from './nearest-distances.js';
import type { Products } from './products.js';

/** Candidates kept besides the k nearest: approximate distances may swap neighbours that are nearly as near. */
const spare = 24;

/**
 * Squared distance from each row to its k-th nearest other row, exact in float64 wherever products run: approximate
 * distances choose the candidates, exact ones decide among all that the bound on the error leaves in question.
 * @param k - at least 1, below the number of rows
 */
export async function neighbourRadii(set: Matrix, k: number, products: Products): Promise<Float64Array> {
  const { count } = set;
  const width = Math.min(k + spare, count - 1);
  const values = new Float64Array(count * width).fill(Infinity); // each row ascending
  const indices = new Int32Array(count * width).fill(-1);
  const slacks = new Float64Array(count);
  await eachDistanceBlock(set, set, products, ({ i0, rows, j0, columns, squared, rowSlack }) => {
    for (let i = 0, at = 0; i < rows; i++) {
      const row = (i0 + i) * width;
      const own = i0 + i - j0;
      slacks[i0 + i] = rowSlack(i0 + i);
      for (let j = 0; j < columns; j++, at++) {
        if (squared[at]! < values[row + width - 1]! && j !== own)
          insert(values, indices, row, width, squared[at]!, j0 + j);
      }
    }
  });
  return Float64Array.from({ length: count }, (_, i) => {
    const row = i * width;
    // On the host distances are exact already.
    if (slacks[i] === 0) return values[row + k - 1]!;
    const last = values[row + width - 1]!;
    return exactRadius(set, i, k, indices.subarray(row, row + width), last - slacks[i]!);
  });
}

function insert(
  values: Float64Array,
  indices: Int32Array,
  row: number,
  width: number,
  value: number,
  index: number,
): void {
  let at = row + width - 1;
  for (; at > row && values[at - 1]! > value; at--) {
    values[at] = values[at - 1]!;
    indices[at] = indices[at - 1]!;
  }
  values[at] = value;
  indices[at] = index;
}

/**
 * The k-th smallest exact distance among candidates; over the whole row where the candidates may not be all.
 * @param least - no row that was left out is nearer
 */
function exactRadius(set: Matrix, i: number, k: number, candidates: Int32Array, least: number): number {
  const kth = Float64Array.from(candidates, (j) => squaredDistance(set, i, set, j)).sort()[k - 1]!;
  if (candidates.length === set.count - 1 || kth <= least) return kth;
  const all = new Float64Array(set.count - 1);
  for (let j = 0, at = 0; j < set.count; j++) if (j !== i) all[at++] = squaredDistance(set, i, set, j);
  return all.sort()[k - 1]!;
}
