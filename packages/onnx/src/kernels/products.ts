import { broadcast, type Emitter } from '../emitter.js';
import type { GraphValue } from '../graph.js';
import type { Kernel, Kernels } from '../kernel.js';

function swapped(x: GraphValue, emit: Emitter): GraphValue {
  const last = x.shape.length - 1;
  return emit.transpose(
    x,
    x.shape.map((_, d) => (d === last ? last - 1 : d === last - 1 ? last : d)),
  );
}

interface Reduction {
  readonly axis?: number | number[];
  readonly reductionIndices?: number | number[];
  readonly keepDims: boolean;
}

/** Sum takes its axes as an input, the others, until version 18 of the operators, as an attribute. */
const reduction =
  (opType: string, axesAreInput = false): Kernel =>
  ({ x }, { axis, reductionIndices, keepDims }: Reduction, emit) => {
    const given = axis ?? reductionIndices ?? x!.shape.map((_, d) => d);
    const axes = [given].flat().map((one) => (one < 0 ? one + x!.shape.length : one));
    if (axes.length === 0) return x!;
    const shape = keepDims
      ? x!.shape.map((size, d) => (axes.includes(d) ? 1 : size))
      : x!.shape.filter((_, d) => !axes.includes(d));
    // ONNX adds up no booleans.
    const values = x!.elementType === 'bool' ? emit.cast(x!, 'int32') : x!;
    return axesAreInput
      ? emit.op(opType, [values, emit.graph.integers(axes)], shape, values.elementType, {
          keepdims: Number(keepDims),
        })
      : emit.op(opType, [values], shape, values.elementType, { axes, keepdims: Number(keepDims) });
  };

/** Products of matrices, and sums over dimensions. */
export const products: Kernels = {
  BatchMatMul: ({ a, b }, { transposeA, transposeB }: { transposeA: boolean; transposeB: boolean }, emit) => {
    const left = transposeA ? swapped(a!, emit) : a!;
    const right = transposeB ? swapped(b!, emit) : b!;
    const outer = broadcast(left.shape.slice(0, -2), right.shape.slice(0, -2));
    return emit.op('MatMul', [left, right], [...outer, left.shape.at(-2)!, right.shape.at(-1)!], 'float32');
  },
  Max: reduction('ReduceMax'),
  Mean: reduction('ReduceMean'),
  Min: reduction('ReduceMin'),
  Prod: reduction('ReduceProd'),
  Softmax: ({ logits }, _, emit) => emit.unary('Softmax', logits!, { axis: -1 }),
  Sum: reduction('ReduceSum', true),
};
