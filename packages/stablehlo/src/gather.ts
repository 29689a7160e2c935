import type { Value } from './block.js';
import { arrayText, listText } from './attribute-text.js';
import { isInteger } from './element-type.js';
import { badAttribute, shapeMismatch, typeMismatch } from './errors.js';
import { genericOp } from './generic-op.js';
import { checkDimensions, checkPerDimension } from './shape.js';
import { shapeText, tensorType, typeText } from './tensor-type.js';

export interface GatherOptions {
  /** Dimensions of the result that count elements within a slice; the others are those of the indices. */
  readonly offsetDims: readonly number[];
  /** Dimensions of `x` in which a slice has one element and which the result leaves out. */
  readonly collapsedSliceDims: readonly number[];
  /** For each number of an index, the dimension of `x` that it is of. */
  readonly startIndexMap: readonly number[];
  /** The dimension of the indices that holds the numbers of one index; their rank if each is a single number. */
  readonly indexVectorDim: number;
  /** Of a slice, a number a dimension of `x`. */
  readonly sliceSizes: readonly number[];
  /** A promise: the indices come in order. */
  readonly sorted?: boolean;
}

/** Leaves empty lists out, as StableHLO itself does. */
export function dimensionNumbers(
  kind: string,
  lists: Readonly<Record<string, readonly number[]>>,
  vector: number,
): string {
  const written = Object.entries(lists)
    .filter(([, dimensions]) => dimensions.length > 0)
    .map(([name, dimensions]) => `${name} = ${listText(dimensions)}`);
  return `#stablehlo.${kind}<${[...written, `index_vector_dim = ${vector}`].join(', ')}>`;
}

/** The shape of the indices without the dimension of the index vector. @throws if the options do not fit them */
export function batchShape(
  op: string,
  indices: Value,
  map: readonly number[],
  vector: number,
): readonly number[] {
  if (!isInteger(indices.elementType))
    throw typeMismatch(op, 'indices that are integers', typeText(indices.type));
  if (!Number.isInteger(vector) || vector < 0 || vector > indices.rank) {
    throw badAttribute(op, `an index vector dimension of 0 to ${indices.rank}`, String(vector));
  }
  const numbers = vector === indices.rank ? 1 : indices.shape[vector]!;
  if (numbers !== map.length) {
    throw shapeMismatch(op, `${map.length} numbers an index`, `${numbers} in ${shapeText(indices.shape)}`);
  }
  return indices.shape.filter((_, i) => i !== vector);
}

/**
 * Slices of `x` that begin at computed places (the StableHLO specification, gather). Starts that would leave `x` are
 * moved inside. `take` is the common case.
 */
export function gather(x: Value, indices: Value, options: GatherOptions): Value {
  const {
    offsetDims,
    collapsedSliceDims,
    startIndexMap,
    indexVectorDim,
    sliceSizes,
    sorted = false,
  } = options;
  checkDimensions('gather', startIndexMap, x.rank);
  checkDimensions('gather', collapsedSliceDims, x.rank);
  checkPerDimension('gather', 'slice sizes', sliceSizes, x.rank, 0);
  if (
    !sliceSizes.every((size, i) => size <= x.shape[i]! && (size === 1 || !collapsedSliceDims.includes(i)))
  ) {
    throw shapeMismatch(
      'gather',
      `slices up to ${shapeText(x.shape)}, of size 1 at ${listText(collapsedSliceDims)}`,
      shapeText(sliceSizes),
    );
  }
  const batch = batchShape('gather', indices, startIndexMap, indexVectorDim);
  const offsets = sliceSizes.filter((_, i) => !collapsedSliceDims.includes(i));
  if (offsetDims.length !== offsets.length) {
    throw badAttribute('gather', `${offsets.length} offset dimensions`, listText(offsetDims));
  }
  checkDimensions('gather', offsetDims, batch.length + offsets.length);
  const rest = [...batch];
  const shape = Array.from({ length: batch.length + offsets.length }, (_, i) =>
    offsetDims.includes(i) ? offsets[offsetDims.indexOf(i)]! : rest.shift()!,
  );
  return genericOp(x.block.owner, 'gather', [x, indices], [tensorType(x.elementType, shape)], {
    dimension_numbers: dimensionNumbers(
      'gather',
      { offset_dims: offsetDims, collapsed_slice_dims: collapsedSliceDims, start_index_map: startIndexMap },
      indexVectorDim,
    ),
    indices_are_sorted: String(sorted),
    slice_sizes: arrayText(sliceSizes),
  })[0]!;
}

/**
 * Elements of `x` along one dimension, by index: `tf.gather`.
 * @param indices - integers of any shape, which takes the place of the dimension; out of range they give the nearest
 */
export function take(x: Value, indices: Value, dimension: number): Value {
  checkDimensions('take', [dimension], x.rank);
  const others = x.shape.map((_, i) => i).filter((i) => i !== dimension);
  return gather(x, indices, {
    offsetDims: others.map((i) => (i < dimension ? i : i + indices.rank - 1)),
    collapsedSliceDims: [dimension],
    startIndexMap: [dimension],
    indexVectorDim: indices.rank,
    sliceSizes: x.shape.map((size, i) => (i === dimension ? 1 : size)),
  });
}
