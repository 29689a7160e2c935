import type * as tf from '@tensorflow/tfjs';

/** What tfjs calls a kernel, with inputs as they come from an operation: tensors, not bare tensor infos. */
export interface ComposedKernel {
  readonly kernelName: string;
  /**
   * Gives what the kernel gives, by way of other operations; runs inside `tidy` and outside of the gradient tape.
   * @param stock - the kernel that this one replaces, or undefined where the backend has none
   */
  readonly compute: (
    inputs: Record<string, tf.Tensor>,
    attrs: Record<string, unknown>,
    stock: (inputs: Record<string, tf.Tensor>, attrs: Record<string, unknown>) => tf.Tensor,
  ) => tf.Tensor;
}
