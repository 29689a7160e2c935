import type { Value } from './block.js';
import { arrayText, matrixText } from './attribute-text.js';
import { compare, type Comparison } from './elementwise.js';
import { shapeMismatch, typeMismatch } from './errors.js';
import { genericOp } from './generic-op.js';
import { combine, identity, type Reduction } from './reduce.js';
import { checkPerDimension } from './shape.js';
import { sameShape, shapeText, tensorType } from './tensor-type.js';
import { windowCount } from './window-count.js';

/** A number each a dimension, batch and features among them; strides and dilations default to 1, paddings to 0. */
export interface WindowOptions {
  readonly window: readonly number[];
  readonly strides?: readonly number[];
  readonly padding?: readonly (readonly [low: number, high: number])[];
}

export interface ReduceWindowOptions extends WindowOptions {
  readonly baseDilation?: readonly number[];
  readonly windowDilation?: readonly number[];
}

/** Reduces what lies in each place of a window: pooling. What is padded is the identity of the reduction. */
export function reduceWindow(x: Value, options: ReduceWindowOptions, reduction: Reduction): Value {
  const full = complete('reduce_window', x, options);
  const sink = x.block.owner;
  const initial = identity(sink, reduction, x.elementType);
  const scalar = tensorType(x.elementType);
  const body = sink.region('closed', [scalar, scalar], (a, b) => [combine[reduction](a!, b!)]);
  const type = tensorType(x.elementType, full.counts);
  return genericOp(sink, 'reduce_window', [x, initial], [type], full.attributes, [body])[0]!;
}

/**
 * Brings each element of `source` to the element that its window of `x` selects, and adds up what meets: the gradient of
 * max pooling.
 * @param source - one element a place of the window
 * @param selection - `GE`: the first of the largest, as the gradients of tfjs and TensorFlow take
 */
export function selectAndScatter(
  x: Value,
  source: Value,
  options: WindowOptions,
  selection: Comparison = 'GE',
  reduction: Reduction = 'add',
): Value {
  const { counts, attributes } = complete('select_and_scatter', x, options);
  if (source.elementType !== x.elementType) {
    throw typeMismatch('select_and_scatter', `a source of ${x.elementType}`, source.elementType);
  }
  if (!sameShape(source.shape, counts)) {
    throw shapeMismatch(
      'select_and_scatter',
      `a source of ${shapeText(counts)} for ${shapeText(x.shape)}`,
      shapeText(source.shape),
    );
  }
  const { window_dimensions, window_strides, padding } = attributes;
  const sink = x.block.owner;
  const initial = identity(sink, reduction, x.elementType);
  const scalar = tensorType(x.elementType);
  const select = sink.region('closed', [scalar, scalar], (a, b) => [compare(a!, b!, selection)]);
  const scatter = sink.region('closed', [scalar, scalar], (a, b) => [combine[reduction](a!, b!)]);
  return genericOp(
    sink,
    'select_and_scatter',
    [x, source, initial],
    [x.type],
    { window_dimensions, window_strides, padding },
    [select, scatter],
  )[0]!;
}

function complete(op: string, x: Value, options: ReduceWindowOptions) {
  const ones = x.shape.map(() => 1);
  const { window, strides = ones, baseDilation = ones, windowDilation = ones } = options;
  const { padding = ones.map(() => [0, 0] as const) } = options;
  for (const [name, numbers] of Object.entries({ window, strides, baseDilation, windowDilation })) {
    checkPerDimension(op, name, numbers, x.rank, 1);
  }
  checkPerDimension(op, 'paddings', padding.flat(), 2 * x.rank);
  const counts = x.shape.map((size, i) =>
    windowCount({
      size,
      window: window[i]!,
      stride: strides[i]!,
      padding: padding[i]!,
      baseDilation: baseDilation[i]!,
      windowDilation: windowDilation[i]!,
    }),
  );
  return {
    counts,
    attributes: {
      window_dimensions: arrayText(window),
      window_strides: arrayText(strides),
      base_dilations: arrayText(baseDilation),
      window_dilations: arrayText(windowDilation),
      padding: matrixText(padding, 2),
    },
  };
}
