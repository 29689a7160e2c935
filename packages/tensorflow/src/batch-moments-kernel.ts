import * as tf from '@tensorflow/tfjs';
import { TF_ATTR_BOOL, TF_ATTR_FLOAT, TF_ATTR_STRING, TF_ATTR_TYPE } from './attributes.js';
import { dataTypeOf } from './data-types.js';
import type { NodeBackend } from './kernels.js';

/**
 * Mean and biased variance of each channel of x [B, H, W, C], in float32 whatever x is stored in: TensorFlow's batch
 * normalization measures both in one call, where sums of float32 values would each be a pass over activations.
 */
export function registerBatchMoments(backendName: string): void {
  tf.registerKernel({
    kernelName: 'BatchMoments',
    backendName,
    kernelFunc: ({ inputs, backend }) => {
      const { x } = inputs as { x: tf.TensorInfo };
      const channels = x.shape[3]!;
      const float = dataTypeOf('float32');
      return tf.tidy(() => {
        const outputs = (backend as Pick<NodeBackend, 'executeMultipleOutputs'>).executeMultipleOutputs(
          'FusedBatchNormV2',
          [
            { name: 'T', type: TF_ATTR_TYPE, value: float },
            { name: 'U', type: TF_ATTR_TYPE, value: float },
            { name: 'epsilon', type: TF_ATTR_FLOAT, value: 1e-5 }, // of the normalized output, which is not used
            { name: 'data_format', type: TF_ATTR_STRING, value: 'NHWC' },
            { name: 'is_training', type: TF_ATTR_BOOL, value: true },
          ],
          [x, tf.ones([channels]), tf.zeros([channels]), tf.tensor1d([]), tf.tensor1d([])],
          5,
        );
        // The second output is a variance that is scaled by n / (n - 1); the one kept for the gradient is not.
        return [outputs[3]!, outputs[4]!];
      });
    },
  });
}
