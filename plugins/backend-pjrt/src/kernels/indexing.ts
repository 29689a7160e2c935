import * as tf from '@tensorflow/tfjs';
import * as hlo from '@ganymede/stablehlo';
import type { Value } from '@ganymede/stablehlo';
import { kernel, type Kernel } from '../engine/kernel.js';

const asInteger = (indices: Value): Value => hlo.convert(indices, 'i32');

/** @param batchDims - leading dimensions that `x` and `indices` share: each of their places has a look-up of its own */
function gatherRows(x: Value, indices: Value, axis: number, batchDims: number): Value {
  if (batchDims === 0) return hlo.take(x, indices, axis);
  const batch = hlo.elementCount(x.shape.slice(0, batchDims));
  const before = x.shape.slice(batchDims, axis);
  const after = x.shape.slice(axis + 1);
  const rest = indices.shape.slice(batchDims);
  const sizes = [batch, hlo.elementCount(before), x.shape[axis]!, hlo.elementCount(after)];
  const places = hlo.elementCount(rest);
  const { owner } = x.block;
  const type = hlo.tensorType('i32', [batch, places, 1]);
  const pairs = hlo.concatenate([hlo.iota(owner, type, 0), hlo.reshape(indices, type.shape)], 2);
  const rows = hlo.gather(hlo.reshape(x, sizes), pairs, {
    offsetDims: [2, 3],
    collapsedSliceDims: [0, 2],
    startIndexMap: [0, 2],
    indexVectorDim: 2,
    sliceSizes: [1, sizes[1]!, 1, sizes[3]!],
  }); // [batch, places, before, after]
  return hlo.reshape(hlo.transpose(rows, [0, 2, 1, 3]), [
    ...x.shape.slice(0, batchDims),
    ...before,
    ...rest,
    ...after,
  ]);
}

/** Indices [..., n] of the first n dimensions. */
function gatherNd(params: Value, indices: Value): Value {
  const numbers = indices.shape.at(-1)!;
  const outer = indices.rank - 1;
  const map = Array.from({ length: numbers }, (_, i) => i);
  return hlo.gather(params, indices, {
    offsetDims: params.shape.slice(numbers).map((_, i) => outer + i),
    collapsedSliceDims: map,
    startIndexMap: map,
    indexVectorDim: outer,
    sliceSizes: params.shape.map((size, i) => (i < numbers ? 1 : size)),
  });
}

function scatterNd(x: Value, indices: Value, updates: Value, reduction: 'add' | 'replace'): Value {
  const rows = indices.rank < 2 ? hlo.reshape(indices, [hlo.elementCount(indices.shape), 1]) : indices;
  const numbers = rows.shape.at(-1)!;
  const outer = rows.rank - 1;
  const window = x.shape.slice(numbers);
  const map = Array.from({ length: numbers }, (_, i) => i);
  const all = hlo.broadcastTo(updates, [...rows.shape.slice(0, -1), ...window]);
  return hlo.scatter(
    x,
    rows,
    all,
    {
      updateWindowDims: window.map((_, i) => outer + i),
      insertedWindowDims: map,
      scatterDimsToOperandDims: map,
      indexVectorDim: outer,
    },
    reduction,
  );
}

const filled = (value: Value, shape: readonly number[]): Value =>
  hlo.splat(value.block.owner, hlo.tensorType(value.elementType, shape), 0);

interface OneHotAttrs {
  readonly depth: number;
  readonly onValue: number;
  readonly offValue: number;
  readonly dtype?: tf.DataType;
}

export const indexings: readonly Kernel[] = [
  kernel<'x' | 'indices', { axis: number; batchDims: number }>(
    'GatherV2',
    ({ x, indices }, { attrs: { axis, batchDims } }) =>
      gatherRows(x, asInteger(indices), tf.util.parseAxisParam(axis, [...x.shape])[0]!, batchDims ?? 0),
  ),
  kernel<'params' | 'indices'>('GatherNd', ({ params, indices }) => gatherNd(params, asInteger(indices))),
  kernel<'indices' | 'updates', { shape: number[] }>(
    'ScatterNd',
    ({ indices, updates }, { attrs: { shape } }) =>
      scatterNd(filled(updates, shape), asInteger(indices), updates, 'add'),
  ),
  kernel<'tensor' | 'indices' | 'updates'>('TensorScatterUpdate', ({ tensor, indices, updates }) =>
    scatterNd(tensor, asInteger(indices), updates, 'replace'),
  ),
  kernel<'sparseIndices' | 'sparseValues' | 'defaultValue', { outputShape: number[] }>(
    'SparseToDense',
    ({ sparseIndices, sparseValues, defaultValue }, { attrs: { outputShape } }) =>
      scatterNd(
        hlo.broadcastTo(hlo.reshape(defaultValue, []), outputShape),
        asInteger(sparseIndices),
        sparseValues,
        'replace',
      ),
  ),
  kernel<'x' | 'segmentIds', { numSegments: number }>(
    'UnsortedSegmentSum',
    ({ x, segmentIds }, { attrs: { numSegments } }) => {
      const rank = segmentIds.rank;
      const rows = hlo.reshape(x, [hlo.elementCount(segmentIds.shape), ...x.shape.slice(rank)]);
      const ids = hlo.reshape(asInteger(segmentIds), [rows.shape[0]!]);
      return hlo.addRows(filled(x, [numSegments, ...x.shape.slice(rank)]), ids, rows, 0);
    },
  ),
  kernel<'indices', OneHotAttrs>(
    'OneHot',
    ({ indices }, { attrs: { depth, onValue, offValue, dtype = 'int32' }, sink }) => {
      const shape = [...indices.shape, depth];
      const places = hlo.iota(sink, hlo.tensorType('i32', shape), indices.rank);
      const own = indices.shape.map((_, i) => i);
      const on = hlo.compare(hlo.broadcastInDim(asInteger(indices), shape, own), places, 'EQ');
      const type = hlo.tensorType(dtype === 'float32' ? 'f32' : dtype === 'bool' ? 'i1' : 'i32', shape);
      return hlo.select(on, hlo.splat(sink, type, onValue), hlo.splat(sink, type, offValue));
    },
  ),
];
