import type * as tf from '@tensorflow/tfjs';
import type { PjrtKernelBackend } from '../engine/kernel-backend.js';
import type { Kernel } from '../engine/kernel.js';
import { arithmetic } from './arithmetic.js';
import { convolutions } from './convolution.js';
import { products } from './products.js';
import type { ComposedKernel } from './composed-kernel.js';
import { activations, unaries } from './unary.js';

interface FusedAttrs {
  readonly activation?: 'linear' | 'relu' | 'elu' | 'prelu' | 'relu6' | 'leakyrelu' | 'sigmoid';
  readonly leakyreluAlpha?: number;
}

function named(kernels: readonly Kernel[], name: string): Kernel {
  const found = kernels.find((kernel) => kernel.name === name);
  if (!found) throw new Error(`fused kernels: expected a kernel ${name}, got none`);
  return found;
}

const activationKernels: Readonly<Record<string, Kernel>> = {
  relu: named(activations, 'Relu'),
  elu: named(activations, 'Elu'),
  prelu: named(activations, 'Prelu'),
  relu6: named(activations, 'Relu6'),
  leakyrelu: named(activations, 'LeakyRelu'),
  sigmoid: named(unaries, 'Sigmoid'),
};
const add = named(arithmetic, 'Add');

/** A product, then a bias, then an activation, as three kernels: XLA makes one of them where that pays. */
const fused = (name: string, product: Kernel, operands: readonly [string, string]): ComposedKernel => ({
  name,
  compute: (inputs, given, backend) => {
    const attrs = given as FusedAttrs & tf.NamedAttrMap;
    const [left, right] = operands;
    const parts = { [left]: inputs[left], [right]: inputs[right] };
    let value = backend.run(product, parts, attrs)[0]!;
    const next = (kernel: Kernel, more: Record<string, tf.TensorInfo | undefined>, using: unknown): void => {
      value = replaced(backend, value, kernel, more, using);
    };
    const { bias, preluActivationWeights } = inputs;
    if (bias) next(add, { b: bias }, {});
    const { activation = 'linear', leakyreluAlpha } = attrs;
    if (activation === 'linear') return value;
    next(activationKernels[activation]!, { alpha: preluActivationWeights }, { alpha: leakyreluAlpha });
    return value;
  },
});

function replaced(
  backend: PjrtKernelBackend,
  value: tf.TensorInfo,
  kernel: Kernel,
  more: Record<string, tf.TensorInfo | undefined>,
  attrs: unknown,
): tf.TensorInfo {
  const result = backend.run(kernel, { [kernel === add ? 'a' : 'x']: value, ...more }, attrs)[0]!;
  backend.disposeData(value.dataId);
  return result;
}

export const fusedKernels: readonly ComposedKernel[] = [
  fused('_FusedMatMul', named(products, 'BatchMatMul'), ['a', 'b']),
  fused('FusedConv2D', named(convolutions, 'Conv2D'), ['x', 'filter']),
  fused('FusedDepthwiseConv2D', named(convolutions, 'DepthwiseConv2dNative'), ['x', 'filter']),
];
