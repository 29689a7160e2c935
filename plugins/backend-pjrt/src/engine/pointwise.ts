import * as tf from '@tensorflow/tfjs';
import { leastPointwiseElements, staysInBfloat16 } from '@ganymede/precision';
import type { TensorStore } from './tensor-store.js';
import type { Trace } from './trace.js';

/**
 * An element-wise expression. XLA makes one pass of it in any case; what is special is the rounding of a step in bfloat16:
 * operands that are stored so are read so, the expression is computed in float32, and its results are rounded once, if all
 * large operands were.
 */
export function pointwise(
  backend: TensorStore & { readonly trace: Trace | null },
  inputs: readonly tf.Tensor[],
  body: (...inputs: tf.Tensor[]) => tf.Tensor[],
): tf.Tensor[] {
  const { trace } = backend;
  const size = Math.max(...inputs.map((tensor) => tensor.size));
  if (trace?.precision !== 'bfloat16' || size < leastPointwiseElements) return tf.tidy(() => body(...inputs));
  const operands = inputs.map((tensor) => trace.operand(tensor, 'pointwise'));
  const rounds = staysInBfloat16(
    operands.map(({ value, stored }) => ({ shape: value.shape, stored: stored !== null })),
  );
  return tf.tidy(() => {
    trace.precision = 'float32';
    const results = ((): tf.Tensor[] => {
      try {
        return body(...inputs);
      } finally {
        trace.precision = 'bfloat16';
      }
    })();
    if (!rounds) return results;
    return results.map((result) =>
      tf.engine().makeTensorFromTensorInfo(backend.fromTrace(trace.rounded(result, 'pointwise'))),
    );
  });
}
