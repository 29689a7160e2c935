import * as tf from '@tensorflow/tfjs';
import type { WeightFile, WeightTensor } from '@ganymede/core';
import { badWeights } from './errors.js';

/** A convolution with its normalization folded in, ready to run. */
export interface FoldedConvolution {
  /** [kh, kw, in, out] */
  readonly filter: tf.Tensor4D;
  /** [1, 1, 1, out] */
  readonly bias: tf.Tensor4D;
}

/** Of every batch normalization in Inception-v3. */
const batchNormEps = 1e-3;

/**
 * Convolution and batch normalization of a torch state dict as one convolution, folded in float64.
 * @param name - as in the state dict, e.g. `Mixed_5b.branch1x1`
 * @param inputs - channels that go in
 * @throws BAD_WEIGHTS naming the tensor
 */
export function foldConvolution(file: WeightFile, name: string, inputs: number): FoldedConvolution {
  const weight = tensorOf(file, `${name}.conv.weight`, [null, inputs, null, null]);
  const [out, , kh, kw] = weight.shape as [number, number, number, number];
  const [gain, offset, mean, variance] = ['weight', 'bias', 'running_mean', 'running_var'].map(
    (part) => tensorOf(file, `${name}.bn.${part}`, [out]).data,
  );
  const filter = new Float32Array(kh * kw * inputs * out);
  const bias = new Float32Array(out);
  for (let o = 0; o < out; o++) {
    const scale = gain![o]! / Math.sqrt(variance![o]! + batchNormEps);
    bias[o] = offset![o]! - mean![o]! * scale;
    for (let i = 0, from = o * inputs * kh * kw; i < inputs; i++)
      for (let k = 0; k < kh * kw; k++, from++)
        filter[(k * inputs + i) * out + o] = weight.data[from]! * scale;
  }
  return { filter: tf.tensor4d(filter, [kh, kw, inputs, out]), bias: tf.tensor4d(bias, [1, 1, 1, out]) };
}

/** @param shape - null where any length will do */
export function tensorOf(
  { path, tensors }: WeightFile,
  name: string,
  shape: readonly (number | null)[],
): { readonly shape: readonly number[]; readonly data: ArrayLike<number> } {
  const tensor: WeightTensor | undefined = tensors[name];
  const expected = `[${shape.map((length) => length ?? '*').join(', ')}]`;
  if (!tensor) throw badWeights(path, `${name} ${expected}`, 'none');
  const { data } = tensor;
  const fits =
    tensor.shape.length === shape.length &&
    shape.every((length, axis) => length === null || length === tensor.shape[axis]);
  if (!fits || data instanceof BigInt64Array)
    throw badWeights(path, `${name} ${expected}`, `[${tensor.shape.join(', ')}]`);
  return { shape: tensor.shape, data };
}
