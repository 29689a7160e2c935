import * as tf from '@tensorflow/tfjs';
import type { PjrtKernelBackend } from '../engine/kernel-backend.js';
import { castKernel } from './creation.js';
import type { ComposedKernel } from './composed-kernel.js';

function made(
  backend: PjrtKernelBackend,
  values: tf.BackendValues,
  shape: readonly number[],
  dtype: tf.DataType,
): tf.TensorInfo {
  return { dataId: backend.write(values, [...shape], dtype), shape: [...shape], dtype };
}

const kernelOf = <A>(
  name: string,
  compute: (
    inputs: Readonly<Record<string, tf.TensorInfo>>,
    attrs: A,
    backend: PjrtKernelBackend,
  ) => tf.TensorInfo,
): ComposedKernel => ({ name, compute: compute as ComposedKernel['compute'] });

function valuesOf(count: number, dtype: 'float32' | 'int32', value: (i: number) => number): tf.BackendValues {
  const values = tf.util.getTypedArrayFromDType(dtype, count);
  for (let i = 0; i < count; i++) values[i] = value(i);
  return values;
}

/** Kernels that give the same data under another shape, or make numbers from attributes. */
export const hostKernels: readonly ComposedKernel[] = [
  kernelOf('Identity', ({ x }, _, backend) => backend.share(x!, x!.shape)),
  kernelOf<{ shape: number[] }>('Reshape', ({ x }, { shape }, backend) => {
    const size = tf.util.sizeFromShape(x!.shape);
    return backend.share(x!, tf.util.inferFromImplicitShape(shape, size));
  }),
  kernelOf<{ dim: number }>('ExpandDims', ({ input }, { dim }, backend) => {
    const { shape } = input!;
    const at = dim < 0 ? dim + shape.length + 1 : dim;
    return backend.share(input!, [...shape.slice(0, at), 1, ...shape.slice(at)]);
  }),
  kernelOf<{ dtype: tf.DataType }>('Cast', ({ x }, attrs, backend) =>
    x!.dtype === attrs.dtype ? backend.share(x!, x!.shape) : backend.run(castKernel, { x: x! }, attrs)[0]!,
  ),
  kernelOf<{ shape: number[]; value: number; dtype?: tf.DataType }>(
    'Fill',
    (_, { shape, value, dtype = tf.util.inferDtype(value) }, backend) => {
      const values = tf.util.getTypedArrayFromDType(dtype as 'float32', tf.util.sizeFromShape(shape));
      return made(backend, values.fill(value), shape, dtype);
    },
  ),
  kernelOf<{ start: number; stop: number; step: number; dtype: 'float32' | 'int32' }>(
    'Range',
    (_, { start, stop, step, dtype }, backend) => {
      const count = Math.max(0, Math.ceil((stop - start) / step));
      return made(
        backend,
        valuesOf(count, dtype, (i) => start + i * step),
        [count],
        dtype,
      );
    },
  ),
  kernelOf<{ start: number; stop: number; num: number }>('LinSpace', (_, { start, stop, num }, backend) => {
    const step = num > 1 ? (stop - start) / (num - 1) : 0;
    return made(
      backend,
      valuesOf(num, 'float32', (i) => start + i * step),
      [num],
      'float32',
    );
  }),
];
