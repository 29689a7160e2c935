import { dependsOnBatch, unsupportedOption } from '../errors.js';
import type { Emitter } from '../emitter.js';
import type { GraphValue } from '../graph.js';
import { listOf, type Kernels } from '../kernel.js';

const axisOf = (axis: number, { shape }: GraphValue): number => (axis < 0 ? axis + shape.length : axis);

const withSize = (shape: readonly number[], axis: number, size: number): number[] =>
  shape.map((one, d) => (d === axis ? size : one));

/** Takes what lies from `begin` on, `size` of it, along each dimension. */
function slice(x: GraphValue, begin: readonly number[], size: readonly number[], emit: Emitter): GraphValue {
  const axes = x.shape.flatMap((_, d) => (begin[d] === 0 && size[d] === x.shape[d] ? [] : [d]));
  if (axes.length === 0) return x;
  const cut = axes.find((d) => emit.graph.isBatch(x.shape[d]!));
  if (cut !== undefined) throw dependsOnBatch('a slice', `some of the images, along dimension ${cut}`);
  const integers = (of: (d: number) => number): GraphValue => emit.graph.integers(axes.map(of));
  const inputs = [x, integers((d) => begin[d]!), integers((d) => begin[d]! + size[d]!), integers((d) => d)];
  return emit.op('Slice', inputs, size, x.elementType);
}

function concat(values: readonly GraphValue[], axis: number, emit: Emitter): GraphValue {
  const [first] = values as [GraphValue];
  const size = values.reduce((sum, { shape }) => sum + shape[axis]!, 0);
  return emit.op('Concat', values, withSize(first.shape, axis, size), first.elementType, { axis });
}

/** Elements that change places. */
export const shapes: Kernels = {
  BroadcastTo: ({ x }, { shape }: { shape: number[] }, emit) => emit.expand(x!, shape),
  Concat: (inputs, { axis }: { axis: number }, emit) => {
    const values = listOf(inputs);
    return concat(values, axisOf(axis, values[0]!), emit);
  },
  DepthToSpace: ({ x }, { blockSize, dataFormat }: { blockSize: number; dataFormat: string }, emit) => {
    if (dataFormat !== 'NHWC') throw unsupportedOption('DepthToSpace', 'NHWC', dataFormat);
    const [b, h, w, c] = x!.shape as [number, number, number, number];
    const shape = [b, c / blockSize ** 2, h * blockSize, w * blockSize];
    const first = emit.channelsFirst(x!);
    return emit.channelsLast(
      emit.op('DepthToSpace', [first], shape, x!.elementType, { blocksize: blockSize, mode: 'DCR' }),
    );
  },
  ExpandDims: ({ input }, { dim }: { dim: number }, emit) => {
    const axis = dim < 0 ? dim + input!.shape.length + 1 : dim;
    const { shape } = input!;
    return emit.reshape(input!, [...shape.slice(0, axis), 1, ...shape.slice(axis)]);
  },
  GatherV2: ({ x, indices }, { axis, batchDims }: { axis: number; batchDims: number }, emit) => {
    if (batchDims !== 0) throw unsupportedOption('GatherV2', 'no batch dimensions', String(batchDims));
    const at = axisOf(axis, x!);
    const shape = [...x!.shape.slice(0, at), ...indices!.shape, ...x!.shape.slice(at + 1)];
    return emit.op('Gather', [x!, indices!], shape, x!.elementType, { axis: at });
  },
  MirrorPad: ({ x }, { paddings, mode }: { paddings: [number, number][]; mode: string }, emit) => {
    if (mode !== 'reflect') throw unsupportedOption('MirrorPad', 'reflect', mode);
    const shape = x!.shape.map((size, d) => size + paddings[d]![0] + paddings[d]![1]);
    return emit.op('Pad', [x!, padsOf(paddings, emit)], shape, x!.elementType, { mode });
  },
  Pack: (inputs, { axis }: { axis: number }, emit) => {
    const values = listOf(inputs);
    const { shape } = values[0]!;
    const at = axis < 0 ? axis + shape.length + 1 : axis;
    const rows = values.map((value) => emit.reshape(value, [...shape.slice(0, at), 1, ...shape.slice(at)]));
    return concat(rows, at, emit);
  },
  PadV2: (
    { x },
    { paddings, constantValue }: { paddings: [number, number][]; constantValue: number },
    emit,
  ) => {
    const shape = x!.shape.map((size, d) => size + paddings[d]![0] + paddings[d]![1]);
    const inputs = [x!, padsOf(paddings, emit), emit.number(constantValue)];
    return emit.op('Pad', inputs, shape, x!.elementType, { mode: 'constant' });
  },
  Reshape: ({ x }, { shape }: { shape: number[] }, emit) => {
    const known = shape.reduce((product, size) => (size === -1 ? product : product * size), 1);
    const total = x!.shape.reduce((product, size) => product * size, 1);
    return emit.reshape(
      x!,
      shape.map((size) => (size === -1 ? total / known : size)),
    );
  },
  Slice: ({ x }, { begin, size }: { begin: number[]; size: number[] }, emit) =>
    slice(
      x!,
      begin,
      size.map((one, d) => (one === -1 ? x!.shape[d]! - begin[d]! : one)),
      emit,
    ),
  SplitV: ({ x }, { numOrSizeSplits, axis }: { numOrSizeSplits: number | number[]; axis: number }, emit) => {
    const at = axisOf(axis, x!);
    const whole = x!.shape[at]!;
    const sizes = Array.isArray(numOrSizeSplits)
      ? numOrSizeSplits
      : Array.from({ length: numOrSizeSplits }, () => whole / numOrSizeSplits);
    const known = sizes.reduce((sum, size) => sum + Math.max(size, 0), 0);
    let start = 0;
    return sizes.map((stated) => {
      const size = stated === -1 ? whole - known : stated;
      const begin = withSize(x!.shape, at, start).map((one, d) => (d === at ? one : 0));
      start += size;
      return slice(x!, begin, withSize(x!.shape, at, size), emit);
    });
  },
  Tile: ({ x }, { reps }: { reps: number[] }, emit) => {
    const ofBatch = reps.find((count) => emit.graph.isBatch(count));
    if (ofBatch !== undefined) throw dependsOnBatch('a tile', 'as many repetitions as there are images');
    const shape = x!.shape.map((size, d) => size * reps[d]!);
    return emit.op('Tile', [x!, emit.graph.integers(reps)], shape, x!.elementType);
  },
  Transpose: ({ x }, { perm }: { perm: number[] }, emit) => emit.transpose(x!, perm),
  Unpack: ({ value }, { axis }: { axis: number }, emit) => {
    const at = axisOf(axis, value!);
    const without = value!.shape.filter((_, d) => d !== at);
    return Array.from({ length: value!.shape[at]! }, (_, i) => {
      const begin = value!.shape.map((__, d) => (d === at ? i : 0));
      return emit.reshape(slice(value!, begin, withSize(value!.shape, at, 1), emit), without);
    });
  },
};

/** int64 [2 rank]: all that is added before, then all that is added after. */
const padsOf = (paddings: readonly (readonly [number, number])[], emit: Emitter): GraphValue =>
  emit.graph.integers([...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)]);
