import type * as tf from '@tensorflow/tfjs';
import type { CallContext } from '@ganymede/core';
import { missingCondition } from './errors.js';

/**
 * What a conditional layer is conditioned on, [B, size].
 * @throws MISSING_CONDITION when the call has none
 */
export function conditionOf(layer: string, { condition }: CallContext): tf.Tensor2D {
  if (!condition) throw missingCondition(layer);
  return condition;
}
