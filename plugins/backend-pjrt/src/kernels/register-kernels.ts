import * as tf from '@tensorflow/tfjs';
import { GanymedeError } from '@ganymede/core';
import type { KernelInputs, PjrtKernelBackend } from '../engine/kernel-backend.js';
import type { Kernel } from '../engine/kernel.js';
import { arithmetic, comparisons } from './arithmetic.js';
import type { ComposedKernel } from './composed-kernel.js';
import { convolutions } from './convolution.js';
import { creations } from './creation.js';
import { fusedKernels } from './fused.js';
import { hostKernels } from './host.js';
import { indexings } from './indexing.js';
import { normalizations } from './normalization.js';
import { pools } from './pooling.js';
import { products } from './products.js';
import { reductions } from './reductions.js';
import { resizings } from './resizing.js';
import { shapeKernels } from './shapes.js';
import { activations, unaries } from './unary.js';

/** Every kernel that is a piece of a StableHLO module. */
export const deviceKernels: readonly Kernel[] = [
  ...arithmetic,
  ...comparisons,
  ...unaries,
  ...activations,
  ...reductions,
  ...normalizations,
  ...products,
  ...convolutions,
  ...pools,
  ...shapeKernels,
  ...indexings,
  ...resizings,
  ...creations,
];

const composedKernels: readonly ComposedKernel[] = [...hostKernels, ...fusedKernels];

/** tfjs exports the name of every kernel that it knows as a constant of that name. */
const knownNames = (): readonly string[] =>
  Object.entries(tf).flatMap(([key, value]) => (typeof value === 'string' && key === value ? [key] : []));

/** Registers all kernels under a backend's name; those that tfjs knows and this backend lacks say so. */
export function registerKernels(backendName: string, backend: PjrtKernelBackend): void {
  for (const kernel of deviceKernels) {
    register(backendName, kernel.name, ({ inputs, attrs }) => {
      const results = backend.run(kernel, inputs as KernelInputs, attrs ?? {});
      return results.length === 1 && !listed.has(kernel.name) ? results[0]! : results;
    });
  }
  for (const { name, compute } of composedKernels) {
    register(backendName, name, ({ inputs, attrs }) =>
      compute(inputs as Record<string, tf.TensorInfo>, attrs as never, backend),
    );
  }
  const have = new Set(tf.getKernelsForBackend(backendName).map(({ kernelName }) => kernelName));
  for (const name of knownNames()) {
    if (have.has(name)) continue;
    register(backendName, name, () => {
      throw new GanymedeError('KERNEL_MISSING', `pjrt: expected a kernel ${name}, got none`, {
        kind: 'failed',
        hint: 'Use the backend tensorflow for this operation, or write it with other operations.',
      });
    });
  }
}

/** Kernels whose results are a list, of however many. */
const listed: ReadonlySet<string> = new Set(['SplitV', 'Unpack']);

function register(backendName: string, kernelName: string, kernelFunc: tf.KernelFunc): void {
  tf.registerKernel({ kernelName, backendName, kernelFunc });
}

/** tfjs keeps the kernels of a removed backend. */
export function unregisterKernels(backendName: string): void {
  for (const { kernelName } of tf.getKernelsForBackend(backendName))
    tf.unregisterKernel(kernelName, backendName);
}
