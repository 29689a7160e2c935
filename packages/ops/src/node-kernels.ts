import * as tf from '@tensorflow/tfjs';

/** Names of kernels that tfjs does not have; see {@link registerNodeKernels}. */
export const ReluGrad = 'ReluGrad';
export const BiasAdd = 'BiasAdd';
export const BiasAddGrad = 'BiasAddGrad';

/** What is used of tfjs-node's backend (tfjs-node/dist/nodejs_kernel_backend.d.ts). */
interface NodeBackend {
  readonly binding: Record<'TF_ATTR_TYPE' | 'TF_ATTR_STRING' | 'TF_FLOAT', number>;
  executeSingleOutput(
    op: string,
    attributes: readonly { name: string; type: number; value: unknown }[],
    inputs: readonly tf.TensorInfo[],
  ): tf.Tensor;
}

/**
 * Gives a backend of tfjs-node's kind (tfjs-node, tfjs-node-gpu, `@ganymede/tensorflow`) kernels of TensorFlow that
 * tfjs has no operations for: one pass over activations where tfjs's own operations take two or three, and nodes that
 * TensorFlow's optimizer knows how to fuse and to compute in bfloat16. The operations here use them where they are
 * registered. Registering twice does nothing.
 */
export function registerNodeKernels(backendName: string): void {
  register(backendName, ReluGrad, ['dy', 'y'], false);
  register(backendName, BiasAdd, ['x', 'bias'], true);
  register(backendName, BiasAddGrad, ['x'], true);
}

function register(backendName: string, op: string, order: readonly string[], hasFormat: boolean): void {
  if (tf.getKernel(op, backendName)) return;
  tf.registerKernel({
    kernelName: op,
    backendName,
    kernelFunc: ({ inputs, backend }) => {
      const node = backend as NodeBackend;
      const { TF_ATTR_TYPE, TF_ATTR_STRING, TF_FLOAT } = node.binding;
      const attributes = [
        { name: 'T', type: TF_ATTR_TYPE, value: TF_FLOAT },
        ...(hasFormat ? [{ name: 'data_format', type: TF_ATTR_STRING, value: 'NHWC' }] : []),
      ];
      const tensors = order.map((name) => inputs[name] as tf.TensorInfo);
      return node.executeSingleOutput(op, attributes, tensors);
    },
  });
}
