import * as tf from '@tensorflow/tfjs';
import * as hlo from '@ganymede/stablehlo';
import type { Value } from '@ganymede/stablehlo';
import { kernel, type Kernel } from '../engine/kernel.js';

interface PoolAttrs {
  readonly filterSize: [number, number] | number;
  readonly strides: [number, number] | number;
  readonly pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

interface Geometry {
  readonly window: readonly number[];
  readonly strides: readonly number[];
  readonly padding: readonly (readonly [number, number])[];
  /** [1, H, W, 1]: elements of the input in each window. */
  readonly counts: { readonly shape: readonly number[]; readonly values: Float32Array };
}

function geometryOf(shape: readonly number[], attrs: PoolAttrs): Geometry {
  const { filterSize, strides, pad, dimRoundingMode } = attrs;
  const info = tf.backend_util.computePool2DInfo(
    [...shape] as [number, number, number, number],
    filterSize,
    strides,
    1,
    pad,
    dimRoundingMode,
  );
  const sides = [
    {
      size: info.inHeight,
      window: info.filterHeight,
      stride: info.strideHeight,
      before: info.padInfo.top,
      outputs: info.outHeight,
    },
    {
      size: info.inWidth,
      window: info.filterWidth,
      stride: info.strideWidth,
      before: info.padInfo.left,
      outputs: info.outWidth,
    },
  ];
  const padding = sides.map(({ size, window, stride, before, outputs }): readonly [number, number] => [
    before,
    (outputs - 1) * stride + window - size - before,
  ]);
  const inside = sides.map(({ size, window, stride, before, outputs }) =>
    Array.from({ length: outputs }, (_, i) => {
      const start = i * stride - before;
      return Math.min(start + window, size) - Math.max(start, 0);
    }),
  ) as [number[], number[]];
  const values = Float32Array.from(inside[0].flatMap((rows) => inside[1].map((columns) => rows * columns)));
  return {
    window: [1, info.filterHeight, info.filterWidth, 1],
    strides: [1, info.strideHeight, info.strideWidth, 1],
    padding: [[0, 0], ...padding, [0, 0]],
    counts: { shape: [1, info.outHeight, info.outWidth, 1], values },
  };
}

/** What the windows leave out at the end has no padding, but a negative one. */
function cropped(x: Value, { padding }: Geometry): Value {
  if (padding.every(([, after]) => after >= 0)) return x;
  const limits = x.shape.map((size, i) => size + Math.min(padding[i]![1], 0));
  return hlo.slice(
    x,
    limits.map(() => 0),
    limits,
  );
}

const positive = (geometry: Geometry): Geometry => ({
  ...geometry,
  padding: geometry.padding.map(([before, after]) => [before, Math.max(after, 0)]),
});

function byCount(x: Value, { counts }: Geometry): Value {
  const { owner } = x.block;
  const divisor = hlo.constant(owner, hlo.tensorType(x.elementType, counts.shape), counts.values);
  return hlo.divide(x, hlo.broadcastTo(divisor, x.shape));
}

/** Each window's gradient goes to all its elements: a window over the gradients of the windows that an element is in. */
function averageGradient(dy: Value, shape: readonly number[], geometry: Geometry): Value {
  const { window, strides, padding } = geometry;
  const zero = hlo.splat(dy.block.owner, hlo.tensorType(dy.elementType), 0);
  const low = window.map((size, i) => size - 1 - padding[i]![0]);
  const high = window.map((size, i) => {
    const dilated = (dy.shape[i]! - 1) * strides[i]! + 1;
    return shape[i]! - 1 + size - dilated - low[i]!;
  });
  const interior = strides.map((stride) => stride - 1);
  return hlo.reduceWindow(hlo.pad(byCount(dy, geometry), zero, low, high, interior), { window }, 'add');
}

/** What was cropped gets no gradient. */
function maxGradient(dy: Value, x: Value, geometry: Geometry): Value {
  const part = cropped(x, geometry);
  const dx = hlo.selectAndScatter(part, dy, positive(geometry));
  const zero = hlo.splat(dy.block.owner, hlo.tensorType(dy.elementType), 0);
  const missing = x.shape.map((size, i) => size - part.shape[i]!);
  if (missing.every((size) => size === 0)) return dx;
  return hlo.pad(
    dx,
    zero,
    missing.map(() => 0),
    missing,
  );
}

export const pools: readonly Kernel[] = [
  kernel<'x', PoolAttrs>('AvgPool', ({ x }, { attrs }) => {
    const geometry = geometryOf(x.shape, attrs);
    return byCount(hlo.reduceWindow(cropped(x, geometry), positive(geometry), 'add'), geometry);
  }),
  kernel<'dy' | 'input', PoolAttrs>('AvgPoolGrad', ({ dy, input }, { attrs }) =>
    averageGradient(dy, input.shape, geometryOf(input.shape, attrs)),
  ),
  kernel<'x', PoolAttrs>(
    'MaxPool',
    ({ x }, { attrs }) => {
      const geometry = geometryOf(x.shape, attrs);
      return hlo.reduceWindow(cropped(x, geometry), positive(geometry), 'maximum');
    },
    { moves: true },
  ),
  kernel<'dy' | 'input' | 'output', PoolAttrs>('MaxPoolGrad', ({ dy, input }, { attrs }) =>
    maxGradient(dy, input, geometryOf(input.shape, attrs)),
  ),
];
