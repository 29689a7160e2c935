import * as tf from '@tensorflow/tfjs';
import { RandomStream } from '@ganymede/core';
import { registerTensorFlow } from '@ganymede/tensorflow';
import type { Pjrt } from '../src/index.js';

export type Fn = (...inputs: never[]) => tf.Tensor;

export interface SameOptions {
  /** Compare gradients for all inputs, too; default true. */
  readonly gradients?: boolean;
  /** Of the largest expected value; default 1e-5. */
  readonly tolerance?: number;
  /** `cpu`: tfjs's own kernels, plain loops in JavaScript, where TensorFlow has none. */
  readonly reference?: 'tensorflow' | 'cpu';
  /** Of normal numbers, what the inputs are; the numbers themselves if absent. */
  readonly inputs?: (normal: number) => number;
}

/** TensorFlow stays for the life of the process. */
export async function activateBoth(backend: Pjrt): Promise<void> {
  await backend.activate();
  if (tf.findBackendFactory('tensorflow') == null) registerTensorFlow({ threads: 2 });
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/** Values and gradients of `fn` on one backend; the gradient that comes in is a fixed pattern, not ones. */
function evaluate(
  backend: string,
  fn: Fn,
  shapes: readonly (readonly number[])[],
  { gradients = true, inputs: map = (normal) => normal }: SameOptions,
): { readonly dtype: string; readonly shape: number[]; readonly values: Float32Array }[] {
  expect(tf.findBackendFactory(backend)).not.toBeNull();
  void tf.setBackend(backend);
  const random = RandomStream.create(7, 'kernels');
  const call = fn as (...inputs: tf.Tensor[]) => tf.Tensor;
  return tf.tidy(() => {
    const inputs = shapes.map((shape) => tf.tensor(random.normals(sizeOf(shape)).map(map), [...shape]));
    const y = call(...inputs);
    const results = [y];
    if (gradients) {
      const dy = tf.tensor(random.normals(y.size), y.shape);
      results.push(...tf.grads(call)(inputs, dy));
    }
    return results.map((result) => ({
      dtype: result.dtype,
      shape: result.shape,
      values: Float32Array.from(result.dataSync()),
    }));
  });
}

/** `fn` of normal numbers gives on pjrt what it gives on TensorFlow, in value and gradients, and leaks nothing. */
export function expectSameAs(
  fn: Fn,
  shapes: readonly (readonly number[])[],
  options: SameOptions = {},
): void {
  const before = tf.memory().numTensors;
  const expected = evaluate(options.reference ?? 'tensorflow', fn, shapes, options);
  const actual = evaluate('pjrt', fn, shapes, options);
  expect(tf.memory().numTensors).toBe(before);
  expect(actual.map(({ dtype, shape }) => [dtype, shape])).toEqual(
    expected.map(({ dtype, shape }) => [dtype, shape]),
  );
  const { tolerance = 1e-5 } = options;
  actual.forEach(({ values }, i) => {
    const wanted = expected[i]!.values;
    const scale = wanted.reduce(
      (most, one) => (Number.isFinite(one) ? Math.max(most, Math.abs(one)) : most),
      1e-3,
    );
    const wrong = Array.from(values).flatMap((one, at) =>
      Object.is(one, wanted[at]) || Math.abs(one - wanted[at]!) <= tolerance * scale
        ? []
        : [[at, one, wanted[at]]],
    );
    expect(wrong).toEqual([]);
  });
}
