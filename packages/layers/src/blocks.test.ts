import * as tf from '@tensorflow/tfjs';
import { RandomStream, trainingCall, weightsOf, type CallContext, type Layer } from '@ganymede/core';
import { averagePool2, conv2d, normal, upsampleNearest2 } from '@ganymede/ops';
import { expectAllclose, expectGradient } from '@ganymede/testing';
import { BatchNorm } from './batch-norm.js';
import { DiscriminatorBlock } from './discriminator-block.js';
import { GeneratorBlock } from './generator-block.js';
import type { Parameterization } from './parameterization.js';
import { SelfAttention } from './self-attention.js';

const random = RandomStream.create(4, 'blocks');
const plain: Parameterization = { initialize: normal(0.3), spectralNorm: null, random };
const still: CallContext = { ...trainingCall, updateState: false };
const draw = (...shape: [number, number, number, number]): tf.Tensor4D =>
  tf.tensor4d(random.normals(shape.reduce((a, b) => a * b)), shape);

beforeAll(() => tf.setBackend('cpu'));

/** A convolution with the weights of a child, as the reference applies it. */
const convolution =
  (block: Layer<tf.Tensor4D, tf.Tensor4D>) =>
  (x: tf.Tensor, name: string): tf.Tensor4D => {
    const weights = weightsOf(block);
    return tf.add(
      conv2d(x as tf.Tensor4D, weights[`${name}.weight`] as tf.Tensor4D),
      weights[`${name}.bias`]!,
    );
  };

describe('GeneratorBlock', () => {
  test.each([
    [3, 2, true],
    [3, 3, true],
    [3, 2, false],
    [3, 3, false],
  ])('%d to %d channels, upsample %s: the order of operations of layers.py', (inputs, outputs, upsample) => {
    tf.tidy(() => {
      const norms: Layer<tf.Tensor4D, tf.Tensor4D>[] = [];
      const block = new GeneratorBlock(
        inputs,
        outputs,
        plain,
        (channels) => {
          const norm = new BatchNorm(channels, { relu: true });
          norms.push(norm);
          return norm;
        },
        { upsample },
      );
      const x = draw(2, 4, 4, inputs);
      const apply = convolution(block);
      const up = (t: tf.Tensor4D): tf.Tensor4D => (upsample ? upsampleNearest2(t) : t);
      const hidden = apply(up(norms[0]!.call(x, still)), 'conv1');
      const residual = apply(norms[1]!.call(hidden, still), 'conv2');
      const learned = inputs !== outputs || upsample;
      expect('conv_sc' in block.children).toBe(learned);
      const shortcut = learned ? apply(up(x), 'conv_sc') : x;
      expectAllclose(block.call(x, still), tf.add(residual, shortcut), { rtol: 1e-4, atol: 1e-4 });
    });
  });
});

describe('DiscriminatorBlock', () => {
  test.each([
    [3, 2, true, true],
    [3, 3, true, true],
    [3, 2, true, false],
    [3, 2, false, true],
    [3, 3, false, true],
  ])('%d to %d channels, downsample %s, preactivation %s', (inputs, outputs, downsample, preactivation) => {
    tf.tidy(() => {
      const block = new DiscriminatorBlock(inputs, outputs, plain, {
        downsample,
        preactivation,
        wide: false,
      });
      const x = draw(2, 4, 4, inputs);
      const apply = convolution(block);
      const down = (t: tf.Tensor4D): tf.Tensor4D => (downsample ? averagePool2(t) : t);
      const hidden = apply(preactivation ? tf.relu(x) : x, 'conv1');
      expect(hidden.shape[3]).toBe(inputs);
      const residual = down(apply(tf.relu(hidden), 'conv2'));
      const learned = inputs !== outputs || downsample;
      expect('conv_sc' in block.children).toBe(learned);
      const shortcut = learned ? down(apply(x, 'conv_sc')) : x;
      expectAllclose(block.call(x, still), tf.add(residual, shortcut), { rtol: 1e-4, atol: 1e-4 });
    });
  });

  test('wide: the hidden width is that of the output', () => {
    const weights = weightsOf(new DiscriminatorBlock(3, 5, plain));
    expect(weights['conv1.weight']!.shape).toEqual([3, 3, 3, 5]);
  });
});

describe('SelfAttention', () => {
  const attention = new SelfAttention(8, plain);

  test('starts as the identity', () => {
    tf.tidy(() => {
      const x = draw(2, 4, 4, 8);
      expectAllclose(attention.call(x, still), x);
    });
  });

  test('with the gate open: every position averages the pooled values by softmax of query times key', () => {
    tf.tidy(() => {
      attention.weights.gamma!.assign(tf.scalar(0.7));
      const x = draw(1, 2, 4, 8);
      const weights = weightsOf(attention);
      const apply = (t: tf.Tensor4D, name: string): tf.Tensor4D =>
        conv2d(t, weights[`${name}.weight`] as tf.Tensor4D);
      const pooled = (name: string): tf.Tensor2D => {
        const t = tf.maxPool(apply(x, name), 2, 2, 'valid');
        return tf.reshape(t, [2, t.shape[3]]);
      };
      const [queries, keys, values] = [tf.reshape(apply(x, 'theta'), [8, 1]), pooled('phi'), pooled('g')];
      const mixed = [...Array(8).keys()].map((position) => {
        const scores = [0, 1].map((key) => {
          const product = tf.mul(tf.slice(queries, [position], [1]), tf.slice(keys, [key], [1]));
          return Math.exp(tf.sum(product).dataSync()[0]!);
        });
        const total = scores[0]! + scores[1]!;
        return tf.add(
          tf.mul(tf.slice(values, [0], [1]), scores[0]! / total),
          tf.mul(tf.slice(values, [1], [1]), scores[1]! / total),
        );
      });
      const attended = apply(tf.reshape(tf.concat(mixed), [1, 2, 4, 4]), 'o');
      expectAllclose(attention.call(x, still), tf.add(x, tf.mul(attended, 0.7)), { rtol: 1e-4, atol: 1e-5 });
    });
  });

  test('first and second gradients', () => {
    tf.tidy(() => attention.weights.gamma!.assign(tf.scalar(0.7)));
    expectGradient((x) => attention.call(x as tf.Tensor4D, still), [draw(1, 2, 2, 8)], {
      order: 2,
      eps: 0.003,
      tolerance: 1e-2,
    });
  });

  test('wants eight channels or more', () => {
    expect(() => new SelfAttention(4, plain)).toThrow('self-attention: expected 8 or more channels, got 4');
  });
});
