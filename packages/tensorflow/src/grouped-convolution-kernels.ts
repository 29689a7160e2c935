import * as tf from '@tensorflow/tfjs';
import { TF_ATTR_BOOL, TF_ATTR_INT, TF_ATTR_STRING, TF_ATTR_TYPE, type OpAttribute } from './attributes.js';
import { dataTypeOf } from './data-types.js';
import type { EagerBinding } from './eager-binding.js';
import type { TensorMetadata } from './eager-tensors.js';
import { TensorFlowError } from './errors.js';
import type { NodeBackend } from './kernels.js';

type Shape = readonly number[];
type Executor = Pick<NodeBackend, 'executeSingleOutput'>;

/** Stride 1, `same` padding, NHWC. TensorFlow reads the number of groups from the shapes. */
const attributes: readonly OpAttribute[] = [
  { name: 'T', type: TF_ATTR_TYPE, value: dataTypeOf('float32') },
  { name: 'strides', type: TF_ATTR_INT, value: [1, 1, 1, 1] },
  { name: 'padding', type: TF_ATTR_STRING, value: 'SAME' },
  { name: 'data_format', type: TF_ATTR_STRING, value: 'NHWC' },
  { name: 'use_cudnn_on_gpu', type: TF_ATTR_BOOL, value: true },
  { name: 'dilations', type: TF_ATTR_INT, value: [1, 1, 1, 1] },
];

/**
 * Grouped convolution and its two gradients as TensorFlow's own `Conv2D` and its gradients, whose oneDNN kernels take a
 * filter of fewer inputs than the image has channels. Its Eigen kernels refuse the gradients (tensorflow/tensorflow#53631):
 * where they are in use (oneDNN switched off, a build without it) nothing is registered, and whoever looks for these
 * kernels composes the operation of products.
 *
 * `GroupedConv2D` of `{ x, filter }`, `GroupedConv2DBackpropInput` of `{ dy, filter }` with the attribute `inputShape`,
 * `GroupedConv2DBackpropFilter` of `{ x, dy }` with the attribute `filterShape`; filters are [kh, kw, in / groups, out].
 */
export function registerGroupedConvolution(backendName: string, binding: EagerBinding): void {
  if (!groupsAreComputed(binding)) return;
  const register = (
    kernelName: string,
    compute: (inputs: tf.NamedTensorInfoMap, attrs: Record<string, Shape>, backend: Executor) => tf.Tensor,
  ): void =>
    tf.registerKernel({
      kernelName,
      backendName,
      kernelFunc: ({ inputs, attrs, backend }) =>
        compute(
          inputs as tf.NamedTensorInfoMap,
          attrs as unknown as Record<string, Shape>,
          backend as unknown as Executor,
        ),
    });
  const withShape = (shape: Shape, run: (shape: tf.Tensor1D) => tf.Tensor): tf.Tensor => {
    const tensor = tf.tensor1d([...shape], 'int32');
    try {
      return run(tensor);
    } finally {
      tensor.dispose();
    }
  };
  register('GroupedConv2D', ({ x, filter }, _, backend) =>
    backend.executeSingleOutput('Conv2D', attributes, [x!, filter!]),
  );
  register('GroupedConv2DBackpropInput', ({ dy, filter }, { inputShape }, backend) =>
    withShape(inputShape!, (shape) =>
      backend.executeSingleOutput('Conv2DBackpropInput', attributes, [shape, filter!, dy!]),
    ),
  );
  register('GroupedConv2DBackpropFilter', ({ x, dy }, { filterShape }, backend) =>
    withShape(filterShape!, (shape) =>
      backend.executeSingleOutput('Conv2DBackpropFilter', attributes, [x!, shape, dy!]),
    ),
  );
}

/** Whether this TensorFlow computes the three on one pixel of two groups, and gets them right. */
function groupsAreComputed(binding: EagerBinding): boolean {
  const ids: number[] = [];
  const made = (id: number): number => {
    ids.push(id);
    return id;
  };
  const floats = (shape: number[], values: number[]): number =>
    made(binding.createTensor(shape, binding.TF_FLOAT, Float32Array.from(values)));
  const shapes = (values: number[]): number =>
    made(binding.createTensor([4], binding.TF_INT32, Int32Array.from(values)));
  const gives = (op: string, inputs: number[], expected: readonly number[]): boolean => {
    const [result] = binding.executeOp(op, attributes, inputs, 1) as [TensorMetadata];
    const values = binding.tensorDataSync(made(result.id)) as Float32Array;
    return values.length === expected.length && expected.every((value, i) => values[i] === value);
  };
  try {
    const pixel = [1, 1, 1, 2];
    const x = floats(pixel, [2, 3]);
    const filter = floats([1, 1, 1, 2], [5, 7]);
    return (
      gives('Conv2D', [x, filter], [10, 21]) &&
      gives('Conv2DBackpropInput', [shapes(pixel), filter, x], [10, 21]) &&
      gives('Conv2DBackpropFilter', [x, shapes([1, 1, 1, 2]), x], [4, 9])
    );
  } catch (error) {
    if (error instanceof TensorFlowError) return false;
    throw error;
  } finally {
    for (const id of ids) binding.deleteTensor(id);
  }
}
