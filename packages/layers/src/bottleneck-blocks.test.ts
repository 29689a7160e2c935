import * as tf from '@tensorflow/tfjs';
import { RandomStream, trainingCall, weightsOf, type CallContext, type Layer } from '@ganymede/core';
import { averagePool2, conv2d, normal, upsampleNearest2 } from '@ganymede/ops';
import { expectAllclose, expectGradient } from '@ganymede/testing';
import { BatchNorm } from './batch-norm.js';
import { BottleneckDiscriminatorBlock } from './bottleneck-discriminator-block.js';
import { BottleneckGeneratorBlock } from './bottleneck-generator-block.js';
import type { Parameterization } from './parameterization.js';

type ImageLayer = Layer<tf.Tensor4D, tf.Tensor4D>;

const random = RandomStream.create(5, 'bottleneck-blocks');
const plain: Parameterization = { initialize: normal(0.3), spectralNorm: null, random };
const still: CallContext = { ...trainingCall, updateState: false };
const draw = (...shape: [number, number, number, number]): tf.Tensor4D =>
  tf.tensor4d(random.normals(shape.reduce((a, b) => a * b)), shape);

beforeAll(() => tf.setBackend('cpu'));

/** A convolution with the weights of a child, as the reference applies it. */
const convolution =
  (block: ImageLayer) =>
  (x: tf.Tensor, name: string): tf.Tensor4D => {
    const weights = weightsOf(block);
    return tf.add(
      conv2d(x as tf.Tensor4D, weights[`${name}.weight`] as tf.Tensor4D),
      weights[`${name}.bias`]!,
    );
  };

describe('BottleneckGeneratorBlock', () => {
  const norm = (channels: number): ImageLayer => new BatchNorm(channels, { relu: true });

  test.each([
    [8, 8, false],
    [8, 4, true],
    [8, 8, true],
  ])(
    '%d to %d channels, upsample %s: the order of operations of BigGANdeep.py',
    (inputs, outputs, upsample) => {
      tf.tidy(() => {
        const block = new BottleneckGeneratorBlock(inputs, outputs, plain, norm, { upsample });
        const x = draw(2, 2, 2, inputs);
        const apply = convolution(block);
        const normalized = (t: tf.Tensor4D, name: string): tf.Tensor4D =>
          (block.children[name] as ImageLayer).call(t, still);
        const up = (t: tf.Tensor4D): tf.Tensor4D => (upsample ? upsampleNearest2(t) : t);
        let h = apply(normalized(x, 'bn1'), 'conv1');
        h = apply(up(normalized(h, 'bn2')), 'conv2');
        h = apply(normalized(h, 'bn3'), 'conv3');
        h = apply(normalized(h, 'bn4'), 'conv4');
        const kept = tf.slice(x, [0, 0, 0, 0], [2, 2, 2, outputs]);
        expectAllclose(block.call(x, still), tf.add(h, up(kept)), { rtol: 1e-4, atol: 1e-4 });
      });
    },
  );

  test('gradients reach the kept channels and the dropped ones', () => {
    const smooth = (channels: number): ImageLayer => new BatchNorm(channels);
    const block = new BottleneckGeneratorBlock(8, 4, plain, smooth, { upsample: true });
    expectGradient((x) => block.call(x as tf.Tensor4D, still), [draw(2, 2, 2, 8)], {
      order: 2,
      tolerance: 1e-2,
    });
  });

  test('cannot widen', () => {
    expect(() => new BottleneckGeneratorBlock(4, 8, plain, norm)).toThrow(
      'bottleneck generator block: expected 4 or more inputs and no more outputs than inputs, got 4 to 8',
    );
  });
});

describe('BottleneckDiscriminatorBlock', () => {
  test.each([
    [4, 8, true],
    [8, 8, false],
    [8, 8, true],
  ])(
    '%d to %d channels, downsample %s: the order of operations of BigGANdeep.py',
    (inputs, outputs, downsample) => {
      tf.tidy(() => {
        const block = new BottleneckDiscriminatorBlock(inputs, outputs, plain, { downsample });
        const x = draw(2, 4, 4, inputs);
        const apply = convolution(block);
        const down = (t: tf.Tensor4D): tf.Tensor4D => (downsample ? averagePool2(t) : t);
        let h = apply(tf.relu(x), 'conv1');
        h = apply(tf.relu(h), 'conv2');
        h = apply(tf.relu(h), 'conv3');
        h = apply(down(tf.relu(h)), 'conv4');
        const direct = down(x);
        expect('conv_sc' in block.children).toBe(outputs > inputs);
        const shortcut = outputs > inputs ? tf.concat([direct, apply(direct, 'conv_sc')], 3) : direct;
        expectAllclose(block.call(x, still), tf.add(h, shortcut), { rtol: 1e-4, atol: 1e-4 });
      });
    },
  );

  test('cannot narrow', () => {
    expect(() => new BottleneckDiscriminatorBlock(8, 4, plain)).toThrow(
      'bottleneck discriminator block: expected 4 or more outputs and no fewer than inputs, got 8 to 4',
    );
  });
});
