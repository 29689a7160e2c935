import * as tf from '@tensorflow/tfjs';
import { batchMatMul } from './batch-mat-mul.js';
import { conv2dFilterGradient } from './conv2d-filter-gradient.js';
import { conv2dInputGradient } from './conv2d-input-gradient.js';
import type { ComposedKernel } from './kernel.js';
import { mean, sum } from './sum.js';
import { tile } from './tile.js';
import { unsortedSegmentSum } from './unsorted-segment-sum.js';

/** What training needs and tfjs-wasm lacks, or has in a form that is many times slower than it need be. */
export const composedKernels: readonly ComposedKernel[] = [
  conv2dFilterGradient,
  conv2dInputGradient,
  batchMatMul,
  sum,
  mean,
  tile,
  unsortedSegmentSum,
];

type KernelCall = Parameters<tf.KernelFunc>[0];

/** Registers `kernels` for a backend, in the place of those it has. */
export function registerKernels(
  backendName: string,
  kernels: readonly ComposedKernel[] = composedKernels,
): void {
  for (const { kernelName, compute } of kernels) {
    const stock = tf.getKernel(kernelName, backendName);
    if (stock) tf.unregisterKernel(kernelName, backendName);
    tf.registerKernel({
      kernelName,
      backendName,
      ...(stock?.setupFunc && { setupFunc: stock.setupFunc }),
      ...(stock?.disposeFunc && { disposeFunc: stock.disposeFunc }),
      kernelFunc: ({ inputs, attrs, backend }) => {
        const callStock = (given: Record<string, tf.Tensor>, givenAttrs: Record<string, unknown>): tf.Tensor => {
          if (!stock) throw new Error(`${kernelName}: expected a kernel to fall back on, got none`);
          const call: KernelCall = { inputs: given, attrs: givenAttrs as tf.NamedAttrMap, backend };
          return tf.engine().makeTensorFromTensorInfo(stock.kernelFunc(call) as tf.TensorInfo);
        };
        return tf.tidy(() =>
          compute(inputs as Record<string, tf.Tensor>, (attrs ?? {}) as Record<string, unknown>, callStock),
        );
      },
    });
  }
}
