import type { Value } from './block.js';
import { listText } from './attribute-text.js';
import { badAttribute, shapeMismatch, typeMismatch } from './errors.js';
import { batchShape, dimensionNumbers } from './gather.js';
import { genericOp } from './generic-op.js';
import { combine, type Reduction } from './reduce.js';
import { checkDimensions } from './shape.js';
import { shapeText, tensorType } from './tensor-type.js';

export interface ScatterOptions {
  /** Dimensions of the updates that count elements within a window; the others are those of the indices. */
  readonly updateWindowDims: readonly number[];
  /** Dimensions of `x` in which a window has one element and which the updates leave out. */
  readonly insertedWindowDims: readonly number[];
  /** For each number of an index, the dimension of `x` that it is of. */
  readonly scatterDimsToOperandDims: readonly number[];
  /** As of `gather`. */
  readonly indexVectorDim: number;
  /** Promises: the indices come in order; no two updates meet. */
  readonly sorted?: boolean;
  readonly unique?: boolean;
}

/**
 * `x` with updates at computed places (the StableHLO specification, scatter). Updates that would leave `x` are left out.
 * @param reduction - how an update and what is there become one; `replace`: the update, of several one
 */
export function scatter(
  x: Value,
  indices: Value,
  updates: Value,
  options: ScatterOptions,
  reduction: Reduction | 'replace',
): Value {
  const { updateWindowDims, insertedWindowDims, scatterDimsToOperandDims, indexVectorDim } = options;
  const { sorted = false, unique = false } = options;
  if (updates.elementType !== x.elementType)
    throw typeMismatch('scatter', `updates of ${x.elementType}`, updates.elementType);
  checkDimensions('scatter', scatterDimsToOperandDims, x.rank);
  checkDimensions('scatter', insertedWindowDims, x.rank);
  checkDimensions('scatter', updateWindowDims, updates.rank);
  const batch = batchShape('scatter', indices, scatterDimsToOperandDims, indexVectorDim);
  const window = x.shape.filter((_, i) => !insertedWindowDims.includes(i));
  if (updateWindowDims.length !== window.length) {
    throw badAttribute('scatter', `${window.length} dimensions of the window`, listText(updateWindowDims));
  }
  const outer = updates.shape.filter((_, i) => !updateWindowDims.includes(i));
  const fits = updateWindowDims.every((dimension, i) => updates.shape[dimension]! <= window[i]!);
  if (shapeText(outer) !== shapeText(batch) || !fits) {
    throw shapeMismatch(
      'scatter',
      `updates of ${shapeText(batch)} windows up to ${shapeText(window)}`,
      shapeText(updates.shape),
    );
  }
  const scalar = tensorType(x.elementType);
  const sink = x.block.owner;
  const body = sink.region('closed', [scalar, scalar], (old, update) => [
    reduction === 'replace' ? update! : combine[reduction](old!, update!),
  ]);
  return genericOp(
    sink,
    'scatter',
    [x, indices, updates],
    [x.type],
    {
      indices_are_sorted: String(sorted),
      scatter_dimension_numbers: dimensionNumbers(
        'scatter',
        {
          update_window_dims: updateWindowDims,
          inserted_window_dims: insertedWindowDims,
          scatter_dims_to_operand_dims: scatterDimsToOperandDims,
        },
        indexVectorDim,
      ),
      unique_indices: String(unique),
    },
    [body],
  )[0]!;
}

/**
 * `x` with rows added along one dimension: the gradient of `take`.
 * @param indices - integers of any shape
 * @param updates - the shape of `take(x, indices, dimension)`
 */
export function addRows(x: Value, indices: Value, updates: Value, dimension: number): Value {
  checkDimensions('addRows', [dimension], x.rank);
  const others = x.shape.map((_, i) => i).filter((i) => i !== dimension);
  return scatter(
    x,
    indices,
    updates,
    {
      updateWindowDims: others.map((i) => (i < dimension ? i : i + indices.rank - 1)),
      insertedWindowDims: [dimension],
      scatterDimsToOperandDims: [dimension],
      indexVectorDim: indices.rank,
    },
    'add',
  );
}
