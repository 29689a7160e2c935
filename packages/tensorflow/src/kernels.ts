import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type * as tf from '@tensorflow/tfjs';
import { TensorFlowError } from './errors.js';
import type { OpAttribute } from './attributes.js';
import type { EagerBinding } from './eager-binding.js';
import type { TensorMetadata } from './eager-tensors.js';

/** What this package uses of tfjs-node's kernel backend (tfjs-node/dist/nodejs_kernel_backend.d.ts). */
export interface NodeBackend extends tf.KernelBackend {
  readonly binding: EagerBinding;
  readonly tensorMap: { get(dataId: object): { id: number; values: unknown }; has(dataId: object): boolean };
  getInputTensorIds(tensors: readonly tf.TensorInfo[]): number[];
  createOutputTensor(metadata: TensorMetadata): tf.Tensor;
  getDTypeInteger(dtype: tf.DataType): number;
  /** Set by `registerTensorFlow`: see `pointwise`. */
  pointwise?(inputs: readonly tf.Tensor[], body: (...inputs: tf.Tensor[]) => tf.Tensor[]): tf.Tensor[];
  executeSingleOutput(
    op: string,
    attributes: readonly OpAttribute[],
    inputs: readonly tf.TensorInfo[],
  ): tf.Tensor;
  executeMultipleOutputs(
    op: string,
    attributes: readonly OpAttribute[],
    inputs: readonly tf.TensorInfo[],
    numOutputs: number,
  ): tf.Tensor[];
}

interface KernelLayer {
  readonly NodeJSKernelBackend: new (binding: EagerBinding, packageName: string) => NodeBackend;
  /** Registers tfjs-node's kernels for the backend of this name. */
  readonly registerKernels: (backendName: string, backend: NodeBackend) => void;
}

/**
 * tfjs-node-gpu's kernel layer, bundled by `tools/bundle-kernels.mjs`: its JavaScript half without its native
 * binding, whose install script downloads a TensorFlow 2.9 that modern GPUs and Node versions reject.
 */
export function loadKernelLayer(): KernelLayer {
  const file = join(__dirname, '..', 'kernels', 'index.cjs');
  if (!existsSync(file)) {
    throw new TensorFlowError('KERNELS_NOT_BUNDLED', `kernel layer: expected ${file}, got no such file`, {
      kind: 'missing',
      hint: 'In a checkout of Ganymede, run: node tools/bundle-kernels.mjs',
    });
  }
  return createRequire(__filename)(file) as KernelLayer;
}
