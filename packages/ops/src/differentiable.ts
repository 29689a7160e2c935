import * as tf from '@tensorflow/tfjs';

/** Keeps tensors for the gradient function; a no-op where no gradient is being recorded. */
export type Save = (tensors: tf.Tensor[]) => void;

interface Recorder {
  runKernelFunc<T extends tf.Tensor>(call: {
    inputs: Record<string, tf.Tensor>;
    forwardFunc: (backend: unknown, save: Save) => T | T[];
    backwardsFunc: ((dy: T, saved: tf.Tensor[]) => Record<string, () => tf.Tensor>) | null;
  }): T;
  isTapeOn(): boolean;
}

/**
 * The part of tfjs's engine behind `tf.customGrad`. It is used directly because `customGrad` computes the gradient
 * of every input, wanted or not: with closures, a penalty on the gradient of D's input computes no filter gradients.
 */
function recorder(): Recorder {
  return tf.engine() as unknown as Recorder;
}

/**
 * One step on the gradient tape: nothing that `forward` calls is recorded, `gradients` stands for all of it.
 *
 * Tensors given to `save` come back in `saved`. Those that are inputs are connected to the tape, so that a gradient
 * made of them can be differentiated again; those that are computed inside `forward` come back as constants
 * (tensorflow/tfjs#3252), so a gradient may use them only where their derivative is zero or {@link recording} is false.
 *
 * @param inputs - by name, the tensors that the result is a differentiable function of
 * @param gradients - for the gradient of the result, a closure per input name
 */
export function differentiable<T extends tf.Tensor>(
  inputs: Record<string, tf.Tensor>,
  forward: (save: Save) => T,
  gradients: (dy: T, saved: tf.Tensor[]) => Record<string, () => tf.Tensor>,
): T {
  return recorder().runKernelFunc<T>({
    inputs,
    forwardFunc: (_, save) => forward(save),
    backwardsFunc: gradients,
  });
}

/**
 * Whether operations are being recorded for a gradient. In a gradient function: whether this gradient is going to be
 * differentiated again, and so must be made of connected tensors only.
 */
export function recording(): boolean {
  return recorder().isTapeOn();
}

/** Runs `compute` outside of the gradient tape: its results are constants to every gradient. */
export function stopGradient<T extends tf.Tensor[]>(compute: () => [...T]): T {
  return recorder().runKernelFunc({
    inputs: {},
    forwardFunc: compute,
    backwardsFunc: null,
  }) as unknown as T;
}
