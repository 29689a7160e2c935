import * as tf from '@tensorflow/tfjs';
import { TF_ATTR_INT, TF_ATTR_TYPE } from './attributes.js';
import { dataTypeOf } from './data-types.js';
import type { NodeBackend } from './kernels.js';

/**
 * Gather without tfjs-node's check of the indices, which reads them on the host: it waits for the device at every
 * look-up of an embedding and cannot be compiled. TensorFlow checks them itself on a CPU.
 */
export function registerGather(backendName: string): void {
  tf.unregisterKernel('GatherV2', backendName);
  tf.registerKernel({
    kernelName: 'GatherV2',
    backendName,
    kernelFunc: ({ inputs, backend, attrs }) => {
      const { x, indices } = inputs as { x: tf.TensorInfo; indices: tf.TensorInfo };
      const { axis, batchDims } = attrs as unknown as { axis: number; batchDims: number };
      const int32 = dataTypeOf('int32');
      const axisTensor = tf.scalar(axis, 'int32');
      try {
        return (backend as Pick<NodeBackend, 'executeSingleOutput'>).executeSingleOutput(
          'GatherV2',
          [
            { name: 'batch_dims', type: TF_ATTR_INT, value: batchDims },
            { name: 'Tparams', type: TF_ATTR_TYPE, value: dataTypeOf(x.dtype) },
            { name: 'Tindices', type: TF_ATTR_TYPE, value: int32 },
            { name: 'Taxis', type: TF_ATTR_TYPE, value: int32 },
          ],
          [x, indices, axisTensor],
        );
      } finally {
        axisTensor.dispose();
      }
    },
  });
}
