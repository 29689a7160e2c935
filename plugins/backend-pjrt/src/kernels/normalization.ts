import * as hlo from '@ganymede/stablehlo';
import type { Value } from '@ganymede/stablehlo';
import { kernel, type Kernel } from '../engine/kernel.js';
import { like, toFloat } from './arithmetic.js';

/** Reduces an axis and gives every element of it the result. */
function spread(x: Value, axis: number, reduction: hlo.Reduction): Value {
  const others = x.shape.map((_, i) => i).filter((i) => i !== axis);
  return hlo.broadcastInDim(hlo.reduce(x, [axis], reduction), x.shape, others);
}

const centred = (x: Value, axis: number): Value => hlo.subtract(x, spread(x, axis, 'maximum'));

function softmax(x: Value, axis: number): Value {
  const e = hlo.exponential(centred(x, axis));
  return hlo.divide(e, spread(e, axis, 'add'));
}

function logSoftmax(x: Value, axis: number): Value {
  const y = centred(x, axis);
  return hlo.subtract(y, hlo.log(spread(hlo.exponential(y), axis, 'add')));
}

/** Mean and biased variance of each channel of x [B, H, W, C]; in two passes, since the mean of squares would cancel. */
function batchMoments(x: Value): readonly Value[] {
  const all = [0, 1, 2];
  const count = hlo.elementCount(x.shape) / x.shape[3]!;
  const meanOf = (value: Value): Value => {
    const sum = hlo.reduce(value, all, 'add');
    return hlo.divide(sum, like(sum, count));
  };
  const mean = meanOf(x);
  const difference = hlo.subtract(x, hlo.broadcastInDim(mean, x.shape, [3]));
  return [mean, meanOf(hlo.multiply(difference, difference))];
}

const lastAxis = (x: Value, dim: number | undefined): number =>
  dim === undefined || dim < 0 ? x.rank - 1 : dim;

export const normalizations: readonly Kernel[] = [
  kernel<'logits', { dim: number }>('Softmax', ({ logits }, { attrs: { dim } }) =>
    softmax(toFloat(logits), lastAxis(logits, dim)),
  ),
  kernel<'logits', { axis: number }>('LogSoftmax', ({ logits }, { attrs: { axis } }) =>
    logSoftmax(toFloat(logits), lastAxis(logits, axis)),
  ),
  // Of `@ganymede/ops`.
  kernel<'x'>('BatchMoments', ({ x }) => batchMoments(x)),
  kernel<'x' | 'scale' | 'offset' | 'mean' | 'variance', { varianceEpsilon: number }>(
    'FusedBatchNorm',
    ({ x, scale, offset, mean, variance }, { attrs: { varianceEpsilon } }) => {
      const over = (value: Value): Value => hlo.broadcastTo(value, x.shape);
      const deviation = hlo.rsqrt(hlo.add(variance, like(variance, varianceEpsilon)));
      const normalized = hlo.multiply(hlo.subtract(x, over(mean)), over(deviation));
      const scaled = scale ? hlo.multiply(normalized, over(scale)) : normalized;
      return offset ? hlo.add(scaled, over(offset)) : scaled;
    },
  ),
];
