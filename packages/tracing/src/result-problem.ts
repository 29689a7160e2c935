import * as tf from '@tensorflow/tfjs';

/**
 * What hinders taking what a function returned as a record of tensors, in words that go on from "got"; null if nothing does.
 * @param what - the function's kind, `compiled function`
 */
export function resultProblem(result: unknown, what: string): string | null {
  if (result instanceof Promise) return `a promise; a ${what} cannot be async`;
  if (typeof result !== 'object' || result === null || result instanceof tf.Tensor) return String(result);
  for (const [name, tensor] of Object.entries(result)) {
    if (!(tensor instanceof tf.Tensor)) return `${typeof tensor} for ${name}`;
    if (tensor.isDisposed) return `a disposed tensor for ${name}`;
  }
  return null;
}
