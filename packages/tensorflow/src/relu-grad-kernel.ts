import * as tf from '@tensorflow/tfjs';
import { TF_ATTR_TYPE } from './attributes.js';
import { dataTypeOf } from './data-types.js';
import type { NodeBackend } from './kernels.js';

/**
 * TensorFlow's ReluGrad, which tfjs does not know: `dy` where `y` is positive, else 0. One pass over activations instead of
 * the three of a comparison, a conversion and a product.
 */
export function registerReluGrad(backendName: string): void {
  tf.registerKernel({
    kernelName: 'ReluGrad',
    backendName,
    kernelFunc: ({ inputs, backend }) => {
      const { dy, y } = inputs as { dy: tf.TensorInfo; y: tf.TensorInfo };
      return (backend as Pick<NodeBackend, 'executeSingleOutput'>).executeSingleOutput(
        'ReluGrad',
        [{ name: 'T', type: TF_ATTR_TYPE, value: dataTypeOf('float32') }],
        [dy, y],
      );
    },
  });
}
