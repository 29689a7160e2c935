import * as tf from '@tensorflow/tfjs';

function check(before: number, result: unknown): void {
  tf.dispose(result as tf.TensorContainer);
  const after = tf.memory().numTensors;
  if (after !== before) {
    throw new Error(
      `expectNoLeak: expected ${before} tensors afterwards, got ${after} ` +
        `(${after > before ? `${after - before} leaked` : `${before - after} that were not its own were disposed`})`,
    );
  }
}

/**
 * Throws if running `fn` changes the number of live tensors. Tensors in what it returns (also nested in arrays and
 * objects) belong to the caller and are disposed first. With an async `fn` the check comes when it settles.
 */
export function expectNoLeak(fn: () => Promise<unknown>): Promise<void>;
export function expectNoLeak(fn: () => unknown): void;
export function expectNoLeak(fn: () => unknown): void | Promise<void> {
  const before = tf.memory().numTensors;
  const result = fn();
  if (result instanceof Promise) return result.then((value) => check(before, value));
  check(before, result);
}
