import * as tf from '@tensorflow/tfjs';
import {
  disposeNetwork,
  evaluationCall,
  RandomStream,
  stateOf,
  trainingCall,
  weightsOf,
  type CallContext,
  type LayerNode,
} from '@ganymede/core';
import {
  componentContract,
  discriminatorContract,
  expectAllclose,
  expectGradient,
  fromComponent,
  generatorContract,
  weightCount,
} from '@ganymede/testing';
import {
  FastGanDiscriminator,
  fastGanDiscriminator,
  fastGanDiscriminatorOptions,
} from './fastgan-discriminator.js';
import { FastGanGenerator, fastGanGenerator, fastGanGeneratorOptions } from './fastgan-generator.js';

beforeAll(() => tf.setBackend('cpu'));

const tiny = { channels: 1 };
const unbounded = { bounded: false };
const unconditional = { resolution: 64, channels: 1, classes: 1 };

componentContract(fastGanGenerator);
componentContract(fastGanDiscriminator);
generatorContract(fromComponent(fastGanGenerator, { ...tiny, latentSize: 6 }), undefined, unbounded);
generatorContract(fromComponent(fastGanGenerator, { ...tiny, latentSize: 6 }), unconditional, unbounded);
discriminatorContract(fromComponent(fastGanDiscriminator, tiny));
discriminatorContract(fromComponent(fastGanDiscriminator, { ...tiny, batchNorm: false }), unconditional);

const spec = (height: number, width: number, classes: number) => ({
  imageShape: { height, width, channels: 3 },
  classes,
  random: RandomStream.create(0, 'weights'),
});
const generatorOf = (height: number, width: number, classes: number, options = {}): FastGanGenerator =>
  new FastGanGenerator(spec(height, width, classes), fastGanGeneratorOptions.parse(options));
const discriminatorOf = (
  height: number,
  width: number,
  classes: number,
  options = {},
): FastGanDiscriminator =>
  new FastGanDiscriminator(spec(height, width, classes), fastGanDiscriminatorOptions.parse(options));
const still: CallContext = { ...trainingCall, updateState: false };

/**
 * Of `Generator(ngf=64, nz=256, im_size=256)` and `Discriminator(ndf=64, im_size=256)` in models.py of the authors' repository:
 * sum(p.numel()), without what is not here: noise weights, `to_128` (its 64 channels to 3), the decoders.
 */
test('as many weights as the reference has at 256 pixels', () => {
  const g = generatorOf(256, 256, 1);
  const d = discriminatorOf(256, 256, 1);
  expect(weightCount(g)).toBe(29_127_648);
  expect(weightCount(d)).toBe(8_386_672);
  [g, d].forEach(disposeNetwork);
});

const excited = (network: LayerNode): readonly string[] => [
  ...new Set(
    Object.keys(weightsOf(network)).flatMap((name) => /^(blocks\.\d+)\.excitation/.exec(name)?.[1] ?? []),
  ),
];

test.each<[number, string[], string[]]>([
  [32, [], []],
  [64, ['blocks.3'], ['blocks.2']],
  [128, ['blocks.3', 'blocks.4'], ['blocks.2', 'blocks.3']],
  [256, ['blocks.3', 'blocks.4', 'blocks.5'], ['blocks.2', 'blocks.3', 'blocks.4']],
])('at %d pixels the maps that are there are excited', (side, ofGenerator, ofDiscriminator) => {
  const g = generatorOf(side, side, 2, { ...tiny, latentSize: 3 });
  const d = discriminatorOf(side, side, 2, tiny);
  expect(excited(g)).toEqual(ofGenerator);
  expect(excited(d)).toEqual(ofDiscriminator);
  tf.tidy(() => {
    const y = tf.tensor1d([0, 1], 'int32');
    const images = g.generate(tf.ones([2, 3]), y, evaluationCall);
    expect(images.shape).toEqual([2, side, side, 3]);
    expect(d.discriminate(images, y, evaluationCall).dataSync().every(Number.isFinite)).toBe(true);
  });
  [g, d].forEach(disposeNetwork);
});

test('an excitation weighs the channels of a map by one sixteen times smaller', () => {
  const g = generatorOf(64, 64, 1, { ...tiny, channels: 2, latentSize: 3 });
  const weights = weightsOf(g);
  const run = (): Float32Array =>
    tf.tidy(() =>
      Float32Array.from(
        g.generate(tf.tensor2d([[1, -1, 0.5]]), tf.tensor1d([0], 'int32'), evaluationCall).dataSync(),
      ),
    );
  const before = run();
  // Gates of 1/2 where the last weight is zero.
  tf.tidy(() => weights['blocks.3.excitation.excite.weight']!.assign(tf.zeros([4, 4])));
  const halved = run();
  expect(halved).not.toEqual(before);
  tf.tidy(() => weights['blocks.3.excitation.squeeze.weight']!.assign(tf.ones([512, 4])));
  expect(run()).toEqual(halved);
  disposeNetwork(g);
});

test('sizes that are no square: kernels of logits and grids of excitations are as the base', () => {
  const g = generatorOf(96, 64, 2, { ...tiny, latentSize: 3 });
  const d = discriminatorOf(96, 64, 2, tiny);
  tf.tidy(() => {
    const y = tf.tensor1d([0, 1], 'int32');
    const images = g.generate(tf.ones([2, 3]), y, evaluationCall);
    expect(images.shape).toEqual([2, 96, 64, 3]);
    expect(d.discriminate(images, y, evaluationCall).shape).toEqual([2]);
  });
  expect(weightsOf(g)['first.weight']!.shape).toEqual([3, 6 * 4 * 32]);
  expect(weightsOf(g)['blocks.3.excitation.squeeze.weight']!.shape).toEqual([6 * 4 * 16, 2]);
  expect(weightsOf(d)['linear.last.weight']!.shape).toEqual([6 * 4 * 16, 1]);
  expect(weightsOf(d)['embed.weight']!.shape).toEqual([2, 6 * 4 * (16 + 4)]);
  [g, d].forEach(disposeNetwork);
});

test('the maps that it shows are those of the pass that its features are of', () => {
  const d = discriminatorOf(64, 64, 1, { channels: 2 });
  const { maps, extract } = d.features;
  const random = RandomStream.create(4, 'images');
  tf.tidy(() => {
    const x = tf.tensor4d(random.normals(2 * 64 * 64 * 3), [2, 64, 64, 3]);
    const shown = maps!.extract(x, still);
    expectAllclose(shown.features, extract(x, still));
    expect(Object.keys(shown.maps)).toEqual(Object.keys(maps!.shapes));
    for (const [name, map] of Object.entries(shown.maps)) {
      const { height, width, channels } = maps!.shapes[name]!;
      expect(map.shape).toEqual([2, height, width, channels]);
    }
  });
  expect(maps!.shapes).toEqual({
    last: { height: 8, width: 8, channels: 16 },
    small: { height: 8, width: 8, channels: 8 },
    middle: { height: 16, width: 16, channels: 8 },
  });
  disposeNetwork(d);
});

/** Of second order the kinks of leaky ReLUs are within reach; the gradient of R1 is compared with the reference's. */
test('gradients through the discriminator agree with differences', () => {
  const d = discriminatorOf(32, 32, 2, { channels: 1, batchNorm: false });
  const x = tf.tensor4d(RandomStream.create(3, 'images').normals(32 * 32 * 3), [1, 32, 32, 3]);
  const y = tf.tensor1d([1], 'int32');
  const judged = (image: tf.Tensor): tf.Tensor => d.discriminate(image as tf.Tensor4D, y, still).mul(100);
  expectGradient(judged, [x], { eps: 1e-3, tolerance: 2e-2 });
  disposeNetwork(d);
  tf.dispose([x, y]);
});

test('projection can be left to objectives, and the state of every convolution is a u vector', () => {
  const d = discriminatorOf(32, 32, 3, { ...tiny, projection: false });
  expect(weightsOf(d)).not.toHaveProperty(['embed.weight']);
  const convolutions = Object.entries(weightsOf(d)).filter(([, { rank }]) => rank > 1);
  expect(Object.keys(stateOf(d)).filter((name) => name.endsWith('.u0'))).toHaveLength(convolutions.length);
  disposeNetwork(d);
});

test('refuses sizes below 32 pixels and above 256, and those that it cannot halve to a base', () => {
  expect(() => generatorOf(16, 16, 1)).toThrow('n from 3 to 6, got 16x16; the nearest are 32');
  expect(() => discriminatorOf(512, 512, 1)).toThrow(
    expect.objectContaining({ code: 'UNSUPPORTED_RESOLUTION' }),
  );
  expect(() => generatorOf(100, 64, 1)).toThrow('fastgan generator: expected images whose sides are 2^n');
});
