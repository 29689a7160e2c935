import type * as tf from '@tensorflow/tfjs';
import * as hlo from '@ganymede/stablehlo';
import type { Value } from '@ganymede/stablehlo';
import { elementTypeOf } from '../engine/element-types.js';
import { kernel, type Kernel } from '../engine/kernel.js';
import { like } from './arithmetic.js';

/** To whole numbers towards zero; to truth values, whether a number is not 0. */
function cast(x: Value, dtype: tf.DataType): Value {
  const to = elementTypeOf(dtype, 'Cast');
  if (to === 'i1' && x.elementType !== 'i1') return hlo.compare(x, like(x, 0), 'NE');
  return hlo.convert(x, to);
}

export const castKernel = kernel<'x', { dtype: tf.DataType }>('Cast', ({ x }, { attrs: { dtype } }) =>
  cast(x, dtype),
);

export const creations: readonly Kernel[] = [
  kernel<'x'>('ZerosLike', ({ x }) => like(x, 0)),
  kernel<'x'>('OnesLike', ({ x }) => like(x, 1)),
];
