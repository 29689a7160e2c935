import * as tf from '@tensorflow/tfjs';
import { geometryOf, type Axis, type ConvolutionAttributes } from './convolution-geometry.js';
import type { ComposedKernel } from './kernel.js';

/**
 * The gradient of a convolution for its input (a transposed convolution). tfjs-wasm has a kernel for it, in plain
 * loops; here it is convolutions of the gradient with the turned filter. With a stride s, pixels whose position
 * agrees modulo s meet the same taps of the filter, every s-th one: one convolution for each such phase, and
 * the phases interleaved. No multiplication with inserted zeros.
 */
export const conv2dInputGradient: ComposedKernel = {
  kernelName: tf.Conv2DBackpropInput,
  compute: (inputs, attrs) => {
    const { dy, filter } = inputs as { dy: tf.Tensor4D; filter: tf.Tensor4D };
    const attributes = attrs as unknown as ConvolutionAttributes & { inputShape: tf.Tensor4D['shape'] };
    const { inputShape } = attributes;
    const { height, width } = geometryOf(inputShape, filter.shape, attributes);
    const rowPhases = phasesOf(height);
    const columnPhases = phasesOf(width);
    const rows = rowPhases.map((row) => {
      const columns = columnPhases.map((column) => convolvePhase(dy, filter, row, column));
      return interleave(columns, 2);
    });
    const whole = interleave(rows, 1);
    if (whole.shape[1] === inputShape[1] && whole.shape[2] === inputShape[2]) return whole;
    return tf.slice(whole, [0, 0, 0, 0], inputShape);
  },
};

/** The pixels of one axis at `index`, `index + stride`, ...: which taps they meet, and where. */
interface Phase {
  /** Indices into the filter, last first: a convolution with the turned filter is a correlation with these. */
  readonly taps: readonly number[];
  /** Zeros to put before and after the gradient; negative: entries to leave out. */
  readonly before: number;
  readonly after: number;
  /** Pixels of this phase, the same for all phases. */
  readonly count: number;
}

/**
 * Pixel i sits at padded position u = i + before = stride * m + r, and meets taps r, r + stride, ... of the filter at
 * outputs m, m - 1, ...
 */
function phasesOf({ input, output, kernel, stride, before }: Axis): Phase[] {
  const count = Math.ceil(input / stride);
  return Array.from({ length: stride }, (_, index) => {
    const residue = (index + before) % stride;
    const taps: number[] = [];
    for (let tap = residue; tap < kernel; tap += stride) taps.unshift(tap);
    const first = (index + before - residue) / stride;
    return {
      taps,
      before: taps.length - 1 - first,
      after: first + count - output,
      count,
    };
  });
}

function convolvePhase(dy: tf.Tensor4D, filter: tf.Tensor4D, row: Phase, column: Phase): tf.Tensor4D {
  const [batch] = dy.shape;
  if (row.taps.length === 0 || column.taps.length === 0) {
    return tf.zeros([batch, row.count, column.count, filter.shape[2]]);
  }
  const cropped = crop(dy, row, column);
  const padding: tf.backend_util.ExplicitPadding = [
    [0, 0],
    [Math.max(0, row.before), Math.max(0, row.after)],
    [Math.max(0, column.before), Math.max(0, column.after)],
    [0, 0],
  ];
  return tf.conv2d(cropped, tapsOf(filter, row.taps, column.taps), 1, padding);
}

/** The given rows and columns of a filter [kh, kw, in, out], as [rows, columns, out, in]. */
function tapsOf(filter: tf.Tensor4D, rows: readonly number[], columns: readonly number[]): tf.Tensor4D {
  const [, , inputs, outputs] = filter.shape;
  const slices = rows.flatMap((row) =>
    columns.map((column) =>
      tf.reshape(tf.slice(filter, [row, column, 0, 0], [1, 1, inputs, outputs]), [1, inputs, outputs]),
    ),
  );
  const turned = tf.transpose(tf.concat(slices, 0), [0, 2, 1]);
  return tf.reshape(turned, [rows.length, columns.length, outputs, inputs]);
}

/** Leaves out what negative padding says. */
function crop(dy: tf.Tensor4D, row: Phase, column: Phase): tf.Tensor4D {
  const [batch, height, width, channels] = dy.shape;
  const top = Math.max(0, -row.before);
  const left = Math.max(0, -column.before);
  const rows = height - top - Math.max(0, -row.after);
  const columns = width - left - Math.max(0, -column.after);
  if (rows === height && columns === width) return dy;
  return tf.slice(dy, [0, top, left, 0], [batch, rows, columns, channels]);
}

/** Phases [B, H, W, C] side by side along an axis: entry i of the result is entry floor(i / n) of phase i mod n. */
function interleave(phases: tf.Tensor4D[], axis: 1 | 2): tf.Tensor4D {
  const [first] = phases as [tf.Tensor4D];
  if (phases.length === 1) return first;
  const [batch, height, width, channels] = first.shape;
  const outer = axis === 1 ? batch * height : batch * height * width;
  const joined = tf.concat(
    phases.map((phase) => tf.reshape(phase, [outer, -1])),
    1,
  );
  return axis === 1
    ? tf.reshape(joined, [batch, height * phases.length, width, channels])
    : tf.reshape(joined, [batch, height, width * phases.length, channels]);
}
