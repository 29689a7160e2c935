import * as tf from '@tensorflow/tfjs';
import * as hlo from '@ganymede/stablehlo';
import type { Value } from '@ganymede/stablehlo';
import { kernel, listOf, type Inputs, type Kernel, type KernelCall } from '../engine/kernel.js';

const { slice_util, backend_util, util } = tf;
const moves = { moves: true };

const axisOf = (axis: number, shape: readonly number[]): number => util.parseAxisParam(axis, [...shape])[0]!;

function concat(inputs: Inputs, { attrs: { axis } }: KernelCall<{ axis: number }>): Value {
  const all = listOf(inputs);
  const dimension = axisOf(axis, all[0]!.shape);
  const filled = all.filter(({ shape }) => hlo.elementCount(shape) > 0);
  return filled.length === 1 ? filled[0]! : hlo.concatenate(filled.length > 0 ? filled : all, dimension);
}

function pack(inputs: Inputs, { attrs: { axis } }: KernelCall<{ axis: number }>): Value {
  const all = listOf(inputs);
  const rank = all[0]!.rank + 1;
  const dimension = axis < 0 ? axis + rank : axis;
  const expanded = all.map((value) =>
    hlo.reshape(value, [...value.shape.slice(0, dimension), 1, ...value.shape.slice(dimension)]),
  );
  return expanded.length === 1 ? expanded[0]! : hlo.concatenate(expanded, dimension);
}

function part(x: Value, dimension: number, start: number, end: number): Value {
  return hlo.slice(
    x,
    x.shape.map((_, i) => (i === dimension ? start : 0)),
    x.shape.map((size, i) => (i === dimension ? end : size)),
  );
}

function split(x: Value, sizes: readonly number[], axis: number): readonly Value[] {
  let end = 0;
  return sizes.map((size) => part(x, axis, end, (end += size)));
}

function unpack(value: Value, axis: number): readonly Value[] {
  const shape = value.shape.filter((_, i) => i !== axis);
  const sizes = new Array<number>(value.shape[axis]!).fill(1);
  return split(value, sizes, axis).map((one) => hlo.reshape(one, shape));
}

function tile(x: Value, reps: readonly number[]): Value {
  const shape = x.shape.flatMap((size, i) => [reps[i]!, size]);
  const own = x.shape.map((_, i) => 2 * i + 1);
  return hlo.reshape(
    hlo.broadcastInDim(x, shape, own),
    x.shape.map((size, i) => size * reps[i]!),
  );
}

interface StridedSliceAttrs {
  readonly begin: number[];
  readonly end: number[];
  readonly strides: number[];
  readonly beginMask: number;
  readonly endMask: number;
  readonly ellipsisMask: number;
  readonly newAxisMask: number;
  readonly shrinkAxisMask: number;
}

function stridedSlice(x: Value, attrs: StridedSliceAttrs): Value {
  const { begin, end, strides, finalShape } = slice_util.sliceInfo(
    [...x.shape],
    attrs.begin,
    attrs.end,
    attrs.strides,
    attrs.beginMask,
    attrs.endMask,
    attrs.ellipsisMask,
    attrs.newAxisMask,
    attrs.shrinkAxisMask,
  );
  if (finalShape.includes(0)) {
    return hlo.splat(x.block.owner, hlo.tensorType(x.elementType, finalShape), 0);
  }
  const backwards = strides.flatMap((stride, i) => (stride < 0 ? [i] : []));
  const turned = backwards.length > 0 ? hlo.reverse(x, backwards) : x;
  const place = (at: number, i: number): number => (strides[i]! < 0 ? x.shape[i]! - 1 - at : at);
  const taken = hlo.slice(turned, begin.map(place), end.map(place), strides.map(Math.abs));
  return hlo.reshape(taken, finalShape);
}

function mirrorPad(
  x: Value,
  paddings: readonly (readonly [number, number])[],
  mode: 'reflect' | 'symmetric',
): Value {
  const skip = mode === 'reflect' ? 1 : 0;
  return paddings.reduce((value, [before, after], i) => {
    const size = value.shape[i]!;
    const ends = [
      ...(before > 0 ? [hlo.reverse(part(value, i, skip, skip + before), [i])] : []),
      value,
      ...(after > 0 ? [hlo.reverse(part(value, i, size - skip - after, size - skip), [i])] : []),
    ];
    return ends.length === 1 ? value : hlo.concatenate(ends, i);
  }, x);
}

function depthToSpace(x: Value, block: number, format: 'NHWC' | 'NCHW'): Value {
  if (format === 'NHWC') {
    const [batch, height, width, channels] = x.shape as [number, number, number, number];
    const depth = channels / block ** 2;
    const parts = hlo.transpose(
      hlo.reshape(x, [batch, height, width, block, block, depth]),
      [0, 1, 3, 2, 4, 5],
    );
    return hlo.reshape(parts, [batch, height * block, width * block, depth]);
  }
  const [batch, channels, height, width] = x.shape as [number, number, number, number];
  const depth = channels / block ** 2;
  const parts = hlo.transpose(
    hlo.reshape(x, [batch, block, block, depth, height, width]),
    [0, 3, 4, 1, 5, 2],
  );
  return hlo.reshape(parts, [batch, depth, height * block, width * block]);
}

function batchToSpace(x: Value, blockShape: number[], crops: number[][]): Value {
  const product = util.sizeFromShape(blockShape);
  const shape = [...x.shape];
  const reshaped = backend_util.getReshaped(shape, blockShape, product);
  const permuted = backend_util.getPermuted(reshaped.length, blockShape.length);
  const whole = backend_util.getReshapedPermuted(shape, blockShape, product);
  const value = hlo.reshape(hlo.transpose(hlo.reshape(x, reshaped), permuted), whole);
  const cropped = (i: number): readonly [number, number] => (crops[i - 1] ?? [0, 0]) as [number, number];
  return hlo.slice(
    value,
    whole.map((_, i) => cropped(i)[0]),
    whole.map((size, i) => size - cropped(i)[1]),
  );
}

function spaceToBatch(x: Value, blockShape: number[], paddings: number[][]): Value {
  const product = util.sizeFromShape(blockShape);
  const all = [[0, 0], ...paddings, ...x.shape.slice(1 + blockShape.length).map(() => [0, 0])];
  const padded = padWith(x, all as [number, number][], 0);
  const shape = [...padded.shape];
  const reshaped = backend_util.getReshaped(shape, blockShape, product, false);
  const permuted = backend_util.getPermuted(reshaped.length, blockShape.length, false);
  const flattened = backend_util.getReshapedPermuted(shape, blockShape, product, false);
  return hlo.reshape(hlo.transpose(hlo.reshape(padded, reshaped), permuted), flattened);
}

function padWith(x: Value, paddings: readonly (readonly [number, number])[], value: number): Value {
  const filler = hlo.splat(x.block.owner, hlo.tensorType(x.elementType), value);
  return hlo.pad(
    x,
    filler,
    paddings.map(([before]) => before),
    paddings.map(([, after]) => after),
  );
}

export const shapeKernels: readonly Kernel[] = [
  kernel('Concat', concat, moves),
  kernel('Pack', pack, moves),
  kernel<'value', { axis: number }>('Unpack', ({ value }, { attrs: { axis } }) =>
    unpack(value, axisOf(axis, value.shape)),
  ),
  kernel<'x', { numOrSizeSplits: number[] | number; axis: number }>(
    'SplitV',
    ({ x }, { attrs }) => {
      const axis = axisOf(attrs.axis, x.shape);
      const dummy = { shape: [...x.shape] } as unknown as tf.Tensor;
      return split(x, backend_util.prepareSplitSize(dummy, attrs.numOrSizeSplits, axis), axis);
    },
    moves,
  ),
  kernel<'x', { begin: number | number[]; size: number | number[] }>(
    'Slice',
    ({ x }, { attrs }) => {
      const dummy = { shape: [...x.shape], rank: x.rank } as unknown as tf.Tensor;
      const [begin, size] = slice_util.parseSliceParams(dummy, attrs.begin, attrs.size);
      slice_util.assertParamsValid(dummy, begin!, size!);
      return hlo.slice(
        x,
        begin!,
        begin!.map((start, i) => start + size![i]!),
      );
    },
    moves,
  ),
  kernel<'x', StridedSliceAttrs>('StridedSlice', ({ x }, { attrs }) => stridedSlice(x, attrs)),
  kernel<'x', { perm: number[] }>(
    'Transpose',
    ({ x }, { attrs: { perm } }) => (x.rank === 0 ? x : hlo.transpose(x, perm)),
    moves,
  ),
  kernel<'x', { reps: number[] }>('Tile', ({ x }, { attrs: { reps } }) => tile(x, reps), moves),
  kernel<'x', { shape: number[] }>('BroadcastTo', ({ x }, { attrs: { shape } }) => hlo.broadcastTo(x, shape)),
  kernel<'x', { dims: number | number[] }>('Reverse', ({ x }, { attrs: { dims } }) =>
    x.rank === 0 ? x : hlo.reverse(x, util.parseAxisParam(dims, [...x.shape])),
  ),
  kernel<'image'>('FlipLeftRight', ({ image }) => hlo.reverse(image, [2])),
  kernel<'x', { paddings: [number, number][]; constantValue: number }>(
    'PadV2',
    ({ x }, { attrs: { paddings, constantValue } }) => padWith(x, paddings, constantValue),
    moves,
  ),
  kernel<'x', { paddings: [number, number][]; mode: 'reflect' | 'symmetric' }>(
    'MirrorPad',
    ({ x }, { attrs: { paddings, mode } }) => mirrorPad(x, paddings, mode),
    moves,
  ),
  kernel<'x', { blockSize: number; dataFormat: 'NHWC' | 'NCHW' }>(
    'DepthToSpace',
    ({ x }, { attrs: { blockSize, dataFormat } }) => depthToSpace(x, blockSize, dataFormat),
    moves,
  ),
  kernel<'x', { blockShape: number[]; crops: number[][] }>(
    'BatchToSpaceND',
    ({ x }, { attrs: { blockShape, crops } }) => batchToSpace(x, blockShape, crops),
    moves,
  ),
  kernel<'x', { blockShape: number[]; paddings: number[][] }>(
    'SpaceToBatchND',
    ({ x }, { attrs: { blockShape, paddings } }) => spaceToBatch(x, blockShape, paddings),
    moves,
  ),
  kernel<'x'>('Diag', ({ x }) => {
    const size = hlo.elementCount(x.shape);
    const { owner } = x.block;
    const square = hlo.tensorType('i32', [size, size]);
    const on = hlo.compare(hlo.iota(owner, square, 0), hlo.iota(owner, square, 1), 'EQ');
    const rows = hlo.broadcastInDim(hlo.reshape(x, [size]), [size, size], [0]);
    const zero = hlo.splat(owner, rows.type, 0);
    return hlo.reshape(hlo.select(on, rows, zero), [...x.shape, ...x.shape]);
  }),
];
