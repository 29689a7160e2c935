import type * as tf from '@tensorflow/tfjs';
import { GanymedeError } from '@ganymede/core';
import type { ElementType } from '@ganymede/stablehlo';

/** @throws TYPE_UNSUPPORTED for text and complex numbers, which stay on the host */
export function elementTypeOf(dtype: tf.DataType, what: string): 'f32' | 'i32' | 'i1' {
  switch (dtype) {
    case 'float32':
      return 'f32';
    case 'int32':
      return 'i32';
    case 'bool':
      return 'i1';
    default:
      throw new GanymedeError(
        'TYPE_UNSUPPORTED',
        `${what} on pjrt: expected tensors of float32, int32 or bool, got ${dtype}`,
        { kind: 'failed' },
      );
  }
}

/** tfjs's name; bfloat16 is float32 to tfjs. */
export function dtypeOf(type: ElementType): 'float32' | 'int32' | 'bool' {
  if (type === 'i1') return 'bool';
  return type === 'i32' ? 'int32' : 'float32';
}
