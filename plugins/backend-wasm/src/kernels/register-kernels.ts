import * as tf from '@tensorflow/tfjs';
import { averagePool } from './average-pool.js';
import { batchMatMul } from './batch-mat-mul.js';
import { conv2d } from './conv2d.js';
import { conv2dFilterGradient } from './conv2d-filter-gradient.js';
import { conv2dInputGradient } from './conv2d-input-gradient.js';
import { greater } from './greater.js';
import { identity } from './identity.js';
import type { ComposedKernel } from './kernel.js';
import { maxPoolGradient } from './max-pool-gradient.js';
import { mean, sum } from './sum.js';
import { tile } from './tile.js';
import { transpose } from './transpose.js';
import { unsortedSegmentSum } from './unsorted-segment-sum.js';

/** What training needs and tfjs-wasm lacks, gets wrong, or does many times slower than it need. */
export const composedKernels: readonly ComposedKernel[] = [
  conv2d,
  conv2dFilterGradient,
  conv2dInputGradient,
  batchMatMul,
  averagePool,
  maxPoolGradient,
  sum,
  mean,
  tile,
  transpose,
  identity,
  greater,
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
        const callStock = (
          given: Record<string, tf.Tensor>,
          givenAttrs: Record<string, unknown>,
        ): tf.Tensor => {
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
