import * as tf from '@tensorflow/tfjs';
import * as hlo from '@ganymede/stablehlo';
import type { Value } from '@ganymede/stablehlo';
import { kernel, type Kernel, type KernelCall } from '../engine/kernel.js';
import { like, toFloat } from './arithmetic.js';

interface AxisAttrs {
  readonly axis?: number | number[] | null;
  /** Of `Max` alone. */
  readonly reductionIndices?: number | number[] | null;
  readonly keepDims?: boolean;
}

function reduced(
  x: Value,
  { axis, reductionIndices, keepDims = false }: AxisAttrs,
  reduction: hlo.Reduction,
): Value {
  const axes = tf.util.parseAxisParam((axis ?? reductionIndices)!, [...x.shape]);
  const result = hlo.reduce(x, axes, reduction);
  if (!keepDims) return result;
  return hlo.reshape(
    result,
    x.shape.map((size, i) => (axes.includes(i) ? 1 : size)),
  );
}

const reduction = (name: string, op: hlo.Reduction, prepare = (x: Value): Value => x): Kernel =>
  kernel<'x', AxisAttrs>(name, ({ x }, { attrs }) => reduced(prepare(x), attrs, op));

const countable = (x: Value): Value => (x.elementType === 'i1' ? hlo.convert(x, 'i32') : x);

function mean({ x }: { readonly x: Value }, { attrs }: KernelCall<AxisAttrs>): Value {
  const sum = reduced(toFloat(x), attrs, 'add');
  const count = hlo.elementCount(x.shape) / hlo.elementCount(sum.shape);
  return hlo.divide(sum, like(sum, count));
}

/** Where the largest (or smallest) element along an axis is; of equal ones the first. */
function argument(x: Value, axis: number, comparison: 'GT' | 'LT'): Value {
  const { owner } = x.block;
  const places = hlo.iota(owner, hlo.tensorType('i32', x.shape), axis);
  const first = hlo.extreme(owner, hlo.tensorType(x.elementType), comparison === 'GT' ? 'lowest' : 'highest');
  const last = hlo.extreme(owner, hlo.tensorType('i32'), 'highest');
  const [, place] = hlo.reduceWith([x, places], [first, last], [axis], (a, i, b, j) => {
    const better = hlo.compare(b!, a!, comparison);
    const same = hlo.and(hlo.compare(a!, b!, 'EQ'), hlo.compare(j!, i!, 'LT'));
    const takes = hlo.or(better, same);
    return [hlo.select(takes, b!, a!), hlo.select(takes, j!, i!)];
  });
  return place!;
}

const argumentKernel = (name: string, comparison: 'GT' | 'LT'): Kernel =>
  kernel<'x', { axis: number }>(name, ({ x }, { attrs: { axis } }) =>
    argument(countable(x), tf.util.parseAxisParam(axis, [...x.shape])[0]!, comparison),
  );

interface CumulativeAttrs {
  readonly axis: number;
  readonly exclusive: boolean;
  readonly reverse: boolean;
}

/** A window over all that came before, in front of which stands the identity. */
function cumulative(
  x: Value,
  { axis: given, exclusive, reverse }: CumulativeAttrs,
  op: 'add' | 'multiply',
): Value {
  const [axis] = tf.util.parseAxisParam(given, [...x.shape]) as [number];
  const ordered = reverse ? hlo.reverse(x, [axis]) : x;
  const size = x.shape[axis]!;
  const at = <T>(one: T, others: T): T[] => x.shape.map((_, i) => (i === axis ? one : others));
  const padding = at<readonly [number, number]>([exclusive ? size : size - 1, 0], [0, 0]);
  const all = hlo.reduceWindow(ordered, { window: at(size, 1), padding }, op);
  // Windows that end before each element are one more than there are elements.
  const kept = hlo.slice(
    all,
    x.shape.map(() => 0),
    x.shape,
  );
  return reverse ? hlo.reverse(kept, [axis]) : kept;
}

/** The k largest along the last axis and where they are; of equal ones the first. */
function topK(x: Value, k: number): readonly Value[] {
  const axis = x.rank - 1;
  const places = hlo.iota(x.block.owner, hlo.tensorType('i32', x.shape), axis);
  const sorted = hlo.sort([x, places], axis, (a, b) => hlo.compare(a!, b!, 'GT'));
  return sorted.map((value) =>
    hlo.slice(
      value,
      x.shape.map(() => 0),
      [...x.shape.slice(0, -1), k],
    ),
  );
}

export const reductions: readonly Kernel[] = [
  reduction('Sum', 'add', countable),
  reduction('Prod', 'multiply', countable),
  reduction('Max', 'maximum'),
  reduction('Min', 'minimum'),
  reduction('All', 'and'),
  reduction('Any', 'or'),
  kernel<'x', AxisAttrs>('Mean', mean),
  argumentKernel('ArgMax', 'GT'),
  argumentKernel('ArgMin', 'LT'),
  kernel<'x', CumulativeAttrs>('Cumsum', ({ x }, { attrs }) => cumulative(x, attrs, 'add')),
  kernel<'x', CumulativeAttrs>('Cumprod', ({ x }, { attrs }) => cumulative(x, attrs, 'multiply')),
  kernel<'x', { k: number }>('TopK', ({ x }, { attrs: { k } }) => topK(x, k)),
];
