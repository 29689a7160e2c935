import * as hlo from '@ganymede/stablehlo';
import type { Value } from '@ganymede/stablehlo';
import { kernel, type Kernel } from '../engine/kernel.js';
import { toFloat } from './arithmetic.js';

interface ResizeAttrs {
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
  readonly size: readonly [number, number];
}

/** Where each element of the result comes from: two elements and how much of the second. */
interface Sampling {
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly share: readonly number[];
}

const scaleOf = (from: number, to: number, alignCorners: boolean): number =>
  alignCorners && to > 1 ? (from - 1) / (to - 1) : from / to;

/** TensorFlow's: of corners that meet, of centres of pixels, or of upper left corners. */
function bilinear(from: number, to: number, { alignCorners, halfPixelCenters }: ResizeAttrs): Sampling {
  const scale = scaleOf(from, to, alignCorners);
  const places = Array.from({ length: to }, (_, i) =>
    halfPixelCenters ? (i + 0.5) * scale - 0.5 : i * scale,
  );
  return {
    low: places.map((at) => Math.max(0, Math.floor(at))),
    high: places.map((at) => Math.min(from - 1, Math.ceil(at))),
    share: places.map((at) => at - Math.floor(at)),
  };
}

function nearest(from: number, to: number, { alignCorners, halfPixelCenters }: ResizeAttrs): number[] {
  const scale = scaleOf(from, to, alignCorners);
  return Array.from({ length: to }, (_, i) => {
    const at = halfPixelCenters ? (i + 0.5) * scale : i * scale;
    const place = alignCorners ? Math.round(at) : Math.floor(at);
    return Math.min(from - 1, Math.max(0, place));
  });
}

const indicesOf = (x: Value, indices: readonly number[]): Value =>
  hlo.constant(x.block.owner, hlo.tensorType('i32', [indices.length]), indices);

function interpolate(x: Value, axis: number, { low, high, share }: Sampling): Value {
  const a = hlo.take(x, indicesOf(x, low), axis);
  const b = hlo.take(x, indicesOf(x, high), axis);
  const type = hlo.tensorType(x.elementType, [share.length]);
  const weights = hlo.broadcastInDim(hlo.constant(x.block.owner, type, share), a.shape, [axis]);
  return hlo.add(a, hlo.multiply(hlo.subtract(b, a), weights));
}

/** The adjoint of `interpolate`. */
function spread(dy: Value, axis: number, size: number, { low, high, share }: Sampling): Value {
  const { owner } = dy.block;
  const type = hlo.tensorType(dy.elementType, [share.length]);
  const weights = hlo.broadcastInDim(hlo.constant(owner, type, share), dy.shape, [axis]);
  const second = hlo.multiply(dy, weights);
  const shape = dy.shape.map((one, i) => (i === axis ? size : one));
  const zeros = hlo.splat(owner, hlo.tensorType(dy.elementType, shape), 0);
  const first = hlo.addRows(zeros, indicesOf(dy, low), hlo.subtract(dy, second), axis);
  return hlo.addRows(first, indicesOf(dy, high), second, axis);
}

/** Whether every element becomes a square of whole size. */
const multiples = ([, height, width]: readonly number[], { size, alignCorners }: ResizeAttrs): boolean =>
  !alignCorners && size[0] % height! === 0 && size[1] % width! === 0;

function repeat(x: Value, [height, width]: readonly [number, number]): Value {
  const [batch, rows, columns, channels] = x.shape as [number, number, number, number];
  const shape = [batch, rows, height / rows, columns, width / columns, channels];
  return hlo.reshape(hlo.broadcastInDim(x, shape, [0, 1, 3, 5]), [batch, height, width, channels]);
}

/** The adjoint of `repeat`. */
function sumSquares(dy: Value, rows: number, columns: number): Value {
  const [batch, height, width, channels] = dy.shape as [number, number, number, number];
  const parts = hlo.reshape(dy, [batch, rows, height / rows, columns, width / columns, channels]);
  return hlo.reduce(parts, [2, 4], 'add');
}

export const resizings: readonly Kernel[] = [
  kernel<'images', ResizeAttrs>(
    'ResizeNearestNeighbor',
    ({ images }, { attrs }) => {
      if (multiples(images.shape, attrs)) return repeat(images, attrs.size);
      return [1, 2].reduce(
        (x, axis) =>
          hlo.take(x, indicesOf(x, nearest(images.shape[axis]!, attrs.size[axis - 1]!, attrs)), axis),
        images,
      );
    },
    { moves: true },
  ),
  kernel<'images' | 'dy', ResizeAttrs>('ResizeNearestNeighborGrad', ({ images, dy }, { attrs }) => {
    const [, rows, columns] = images.shape as [number, number, number, number];
    const size: [number, number] = [dy.shape[1]!, dy.shape[2]!];
    if (multiples(images.shape, { ...attrs, size })) return sumSquares(dy, rows, columns);
    return [1, 2].reduce((value, axis) => {
      const indices = nearest(images.shape[axis]!, size[axis - 1]!, attrs);
      const shape = value.shape.map((one, i) => (i === axis ? images.shape[axis]! : one));
      const zeros = hlo.splat(dy.block.owner, hlo.tensorType(dy.elementType, shape), 0);
      return hlo.addRows(zeros, indicesOf(dy, indices), value, axis);
    }, dy);
  }),
  kernel<'images', ResizeAttrs>('ResizeBilinear', ({ images }, { attrs }) =>
    [1, 2].reduce(
      (x, axis) => interpolate(x, axis, bilinear(images.shape[axis]!, attrs.size[axis - 1]!, attrs)),
      toFloat(images),
    ),
  ),
  kernel<'images' | 'dy', ResizeAttrs>('ResizeBilinearGrad', ({ images, dy }, { attrs }) =>
    [1, 2].reduce(
      (value, axis) =>
        spread(
          value,
          axis,
          images.shape[axis]!,
          bilinear(images.shape[axis]!, dy.shape[axis]!, { ...attrs }),
        ),
      dy,
    ),
  ),
];
