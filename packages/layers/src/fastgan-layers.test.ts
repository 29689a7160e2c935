import * as tf from '@tensorflow/tfjs';
import {
  evaluationCall,
  RandomStream,
  trainingCall,
  weightsOf,
  type CallContext,
  type LayerNode,
} from '@ganymede/core';
import { averagePool2, conv2d, glu, normal, upsampleNearest2 } from '@ganymede/ops';
import { expectAllclose, expectGradient } from '@ganymede/testing';
import { BatchNorm } from './batch-norm.js';
import { GluUpBlock } from './glu-up-block.js';
import { LatentToMap } from './latent-to-map.js';
import type { Parameterization } from './parameterization.js';
import { SkipLayerExcitation } from './skip-layer-excitation.js';
import { TwoPathDownBlock } from './two-path-down-block.js';

const random = RandomStream.create(6, 'fastgan-layers');
const plain: Parameterization = { initialize: normal(0.5), spectralNorm: null, random };
const still: CallContext = { ...trainingCall, updateState: false };
const draw = (...shape: [number, number, number, number]): tf.Tensor4D =>
  tf.tensor4d(random.normals(shape.reduce((a, b) => a * b)), shape);

beforeAll(() => tf.setBackend('cpu'));

/** sin(start + 0.7 i) in the order of PyTorch's axes, then ours. */
const wave = (start: number, shape: number[], axes: number[]): tf.Tensor =>
  tf.transpose(
    tf.tensor(
      Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => Math.sin(start + 0.7 * i)),
      shape,
    ),
    axes,
  );

describe('SkipLayerExcitation', () => {
  /**
   * Of `SEBlock(2, 3)` in models.py of github:odegeasslbc/FastGAN-pytorch (upload of 2021-01-12), run by PyTorch 2.11 on a CPU with
   * these weights, spectral norm removed and with it.
   */
  const excited = {
    plain: [
      0.2170277, 0.496681, 0.5427375, 0.333536, -0.02535508, -0.2987344, -0.4316143, -0.3614992, -0.1422504,
      0.206109, 0.4575322, 0.4937707,
    ],
    normed: [
      0.1968522, 0.450508, 0.492283, 0.3025295, -0.02865452, -0.3376085, -0.4877799, -0.4085408, -0.1407441,
      0.2039266, 0.4526875, 0.4885424,
    ],
  };

  test.each([
    ['without spectral norm', null, excited.plain],
    ['with spectral norm', { powerIterations: 1 }, excited.normed],
  ])("%s: the reference's values", (_, spectralNorm, expected) => {
    tf.tidy(() => {
      const layer = new SkipLayerExcitation(2, 3, { ...plain, spectralNorm });
      const { squeeze, excite } = layer.children;
      const kernel = wave(0.1, [3, 2, 4, 4], [2, 3, 1, 0]); // [4, 4, in, out]
      squeeze.weights['weight']!.assign(tf.reshape(kernel, [32, 3]));
      excite.weights['weight']!.assign(tf.reshape(wave(0.2, [3, 3, 1, 1], [2, 3, 1, 0]), [3, 3]));
      for (const linear of spectralNorm ? [squeeze, excite] : [])
        linear.state['u0']!.assign(tf.tensor2d([0.6, 0.8, 0], [1, 3]));
      const low = wave(0.3, [1, 2, 8, 8], [0, 2, 3, 1]) as tf.Tensor4D;
      const high = wave(0.4, [1, 3, 2, 2], [0, 2, 3, 1]) as tf.Tensor4D;
      const y = tf.transpose(layer.call(low, high, still), [0, 3, 1, 2]);
      expectAllclose(y.flatten(), expected, { rtol: 1e-5, atol: 1e-6 });
    });
  });

  test('gradients of both maps and of the weights, of second order too', () => {
    const layer = new SkipLayerExcitation(2, 3, plain, [2, 3]);
    const { squeeze, excite } = layer.children;
    const low = draw(2, 4, 6, 2);
    const high = draw(2, 3, 3, 3);
    expectGradient(
      (low, high) => tf.square(layer.call(low as tf.Tensor4D, high as tf.Tensor4D, still)),
      [low, high],
      { order: 2, eps: 0.03, tolerance: 5e-3 },
    );
    for (const { weights } of [squeeze, excite]) {
      const { grads } = tf.variableGrads(
        () => layer.call(low, high, still).square().sum() as tf.Scalar,
        [weights['weight']!],
      );
      expect(Object.values(grads)[0]!.abs().max().dataSync()[0]).toBeGreaterThan(0);
    }
  });

  test('refuses a map that its grid does not divide by a power of two', () => {
    const layer = new SkipLayerExcitation(2, 3, plain);
    for (const [height, width] of [
      [12, 12],
      [2, 2],
      [8, 4],
    ] as const)
      expect(() => layer.call(tf.zeros([1, height, width, 2]), tf.zeros([1, 8, 8, 3]), still)).toThrow(
        `skip-layer excitation: expected a low map whose sides are 2^n times 4x4, got [1, ${height}, ${width}, 2]`,
      );
  });
});

describe('LatentToMap', () => {
  test('is the product with its weight, seen as an image', () => {
    tf.tidy(() => {
      const layer = new LatentToMap(3, [2, 4, 5], plain);
      const z = tf.tensor2d(random.normals(6), [2, 3]);
      const expected = tf.reshape(tf.matMul(z, layer.weights['weight'] as tf.Tensor2D), [2, 2, 4, 5]);
      expectAllclose(layer.call(z, still), expected);
      expect(layer.state).toEqual({});
    });
  });

  test('with spectral norm, the kernel seen as [in H W, C] has a largest singular value of 1, and images shrink by it', () => {
    tf.tidy(() => {
      const layer = new LatentToMap(3, [2, 4, 2], { ...plain, spectralNorm: { powerIterations: 100 } });
      const matrix = tf.reshape(layer.effectiveWeight(evaluationCall), [-1, 2]) as tf.Tensor2D;
      const [[a, b], [, d]] = tf.matMul(matrix, matrix, true).arraySync() as [
        [number, number],
        [number, number],
      ];
      // The larger eigenvalue of a symmetric matrix of 2 rows.
      expect((a + d) / 2 + Math.hypot((a - d) / 2, b)).toBeCloseTo(1, 4);
    });
  });
});

/** New values for every weight, so that nothing is at its first one. */
function stir(layer: LayerNode): void {
  for (const weight of Object.values(weightsOf(layer)))
    tf.tidy(() => weight.assign(tf.tensor(random.normals(weight.size), weight.shape)));
}

const norm = (channels: number): BatchNorm => new BatchNorm(channels);

/** Normalized over the batch and scaled, by hand. */
function normalized(x: tf.Tensor4D, w: Record<string, tf.Tensor>, name: string): tf.Tensor4D {
  const { mean, variance } = tf.moments(x, [0, 1, 2]);
  const unit = tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-5)));
  return tf.add(tf.mul(unit, w[`${name}.gain`]!), w[`${name}.bias`]!);
}

describe('GluUpBlock', () => {
  test.each([true, false])('upsample, 3x3, norm, gate, twice; fused %s', (fusedScale) => {
    tf.tidy(() => {
      const block = new GluUpBlock(3, 2, plain, norm, { convolutions: 2, fusedScale });
      stir(block);
      const w = weightsOf(block) as Record<string, tf.Variable<tf.Rank.R4>>;
      const x = draw(2, 3, 4, 3);
      const first = glu(normalized(conv2d(upsampleNearest2(x), w['conv1.weight']!), w, 'norm1'));
      const second = glu(normalized(conv2d(first, w['conv2.weight']!), w, 'norm2'));
      expect(second.shape).toEqual([2, 6, 8, 2]);
      expectAllclose(block.call(x, still), second, { rtol: 1e-3, atol: 1e-4 });
    });
  });

  test('one convolution by default, and its gradients, of second order too', () => {
    const block = new GluUpBlock(2, 2, plain, norm);
    expect(Object.keys(weightsOf(block))).toEqual(['conv1.weight', 'norm1.gain', 'norm1.bias']);
    expectGradient((x) => tf.square(block.call(x as tf.Tensor4D, still)), [draw(2, 2, 3, 2)], {
      order: 2,
      tolerance: 1e-2,
    });
  });
});

describe('TwoPathDownBlock', () => {
  test('the mean of both paths', () => {
    tf.tidy(() => {
      const block = new TwoPathDownBlock(3, 2, plain, norm);
      stir(block);
      const w = weightsOf(block) as Record<string, tf.Variable<tf.Rank.R4>>;
      const x = draw(2, 4, 6, 3);
      const after = (h: tf.Tensor4D, name: string): tf.Tensor4D => tf.leakyRelu(normalized(h, w, name), 0.2);
      const strided = after(conv2d(x, w['conv1.weight']!, { stride: 2 }), 'norm1');
      const main = after(conv2d(strided, w['conv2.weight']!), 'norm2');
      const direct = after(conv2d(averagePool2(x), w['direct.weight']!), 'directNorm');
      expectAllclose(block.call(x, still), tf.div(tf.add(main, direct), 2), { rtol: 1e-3, atol: 1e-4 });
    });
  });

  test('without normalization each image is its own', () => {
    tf.tidy(() => {
      const block = new TwoPathDownBlock(3, 2, plain, null);
      expect(Object.keys(weightsOf(block))).toEqual(['conv1.weight', 'conv2.weight', 'direct.weight']);
      const x = draw(2, 4, 4, 3);
      const alone = block.call(x.slice([1], [1]), still);
      expectAllclose(block.call(x, still).slice([1], [1]), alone, { atol: 1e-5 });
    });
  });
});
