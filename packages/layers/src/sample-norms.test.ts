import * as tf from '@tensorflow/tfjs';
import { evaluationCall, RandomStream, trainingCall, type CallContext, type Layer } from '@ganymede/core';
import { normal } from '@ganymede/ops';
import { expectAllclose, expectGradient, expectNoLeak } from '@ganymede/testing';
import { ConditionalGroupNorm, GroupNorm } from './group-norm.js';
import { ConditionalInstanceNorm, InstanceNorm } from './instance-norm.js';
import { ConditionalLayerNorm, LayerNorm } from './layer-norm.js';
import { Linear } from './linear.js';

const random = RandomStream.create(5, 'sample-norms');
const x = tf.tensor4d(random.normals(2 * 3 * 2 * 4), [2, 3, 2, 4]);
const condition = tf.tensor2d(random.normals(6), [2, 3]);
const affine = (channels: number): Linear =>
  new Linear(3, channels, { initialize: normal(1), spectralNorm: null, random }, { bias: false });
type ImageLayer = Layer<tf.Tensor4D, tf.Tensor4D>;

beforeAll(() => tf.setBackend('cpu'));

/** Axes of [B, HW, groups, C / groups] are 1 and 3: what one group of one sample is. */
function expected(groups: number): tf.Tensor {
  const grouped = tf.reshape(x, [2, 6, groups, 4 / groups]);
  const { mean, variance } = tf.moments(grouped, [1, 3], true);
  return tf.reshape(tf.div(tf.sub(grouped, mean), tf.sqrt(tf.add(variance, 1e-5))), x.shape);
}

describe.each<[string, number, () => ImageLayer, () => ImageLayer]>([
  [
    'GroupNorm',
    2,
    () => new GroupNorm(4, { groups: 2 }),
    () => new ConditionalGroupNorm(4, affine, { groups: 2 }),
  ],
  ['InstanceNorm', 4, () => new InstanceNorm(4), () => new ConditionalInstanceNorm(4, affine)],
  ['LayerNorm', 1, () => new LayerNorm(4), () => new ConditionalLayerNorm(4, affine)],
])('%s', (_, groups, create, conditional) => {
  test('normalizes every sample by itself, then scales and shifts per channel', () => {
    tf.tidy(() => {
      const layer = create();
      layer.weights!.gain!.assign(tf.tensor1d([1, 2, 3, 4]));
      layer.weights!.bias!.assign(tf.tensor1d([0, 0, -1, 1]));
      const value = tf.add(tf.mul(expected(groups), tf.tensor1d([1, 2, 3, 4])), tf.tensor1d([0, 0, -1, 1]));
      expectAllclose(layer.call(x, trainingCall), value, { atol: 1e-5 });
      expectAllclose(layer.call(x, evaluationCall), value, { atol: 1e-5 });
      const alone = layer.call(tf.slice(x, [1], [1]), trainingCall);
      expectAllclose(alone, tf.slice(value, [1], [1]), { atol: 1e-5 });
    });
  });

  test('with a condition the gain is 1 + gain(condition), the bias bias(condition)', () => {
    tf.tidy(() => {
      const layer = conditional();
      const of = (part: 'gain' | 'bias'): tf.Tensor =>
        tf.reshape(tf.matMul(condition, layer.children![part]!.weights!.weight as tf.Tensor2D), [2, 1, 1, 4]);
      const value = tf.add(tf.mul(expected(groups), tf.add(1, of('gain'))), of('bias'));
      expectAllclose(layer.call(x, { ...trainingCall, condition }), value, { atol: 1e-5 });
    });
  });

  test('first and second gradients, to the image and the condition', () => {
    const layer = conditional();
    const ctx = (condition: tf.Tensor): CallContext => ({
      ...trainingCall,
      condition: condition as tf.Tensor2D,
    });
    expectGradient((x, c) => layer.call(x as tf.Tensor4D, ctx(c)), [x, condition], {
      order: 2,
      tolerance: 5e-3,
    });
    expectNoLeak(() => tf.tidy(() => layer.call(x, { ...trainingCall, condition })));
  });

  test('says that it lacks a condition', () => {
    expect(() => conditional().call(x, trainingCall)).toThrow('expected ctx.condition [B, size], got none');
  });
});
