import * as tf from '@tensorflow/tfjs';
import { disposeNetwork, evaluationCall, RandomStream, weightsOf, type LayerNode } from '@ganymede/core';
import {
  componentContract,
  discriminatorContract,
  fromComponent,
  generatorContract,
  weightCount,
} from '@ganymede/testing';
import {
  R3GanDiscriminator,
  R3GanGenerator,
  r3ganDiscriminator,
  r3ganDiscriminatorOptions,
  r3ganGenerator,
  r3ganGeneratorOptions,
} from './r3gan.js';

beforeAll(() => tf.setBackend('cpu'));

const tiny = { channels: 4, groupChannels: 4, blocks: 1 };
const small = { resolution: 16, channels: 3, classes: 3 };
const unconditional = { resolution: 8, channels: 1, classes: 1 };

componentContract(r3ganGenerator);
componentContract(r3ganDiscriminator);
generatorContract(fromComponent(r3ganGenerator, { ...tiny, latentSize: 6 }), small, { bounded: false });
generatorContract(fromComponent(r3ganGenerator, { ...tiny, latentSize: 6 }), unconditional, {
  bounded: false,
});
discriminatorContract(fromComponent(r3ganDiscriminator, tiny), small);
discriminatorContract(fromComponent(r3ganDiscriminator, tiny), unconditional);

const spec = (height: number, width: number, classes: number) => ({
  imageShape: { height, width, channels: 3 },
  classes,
  random: RandomStream.create(0, 'weights'),
});

/** Of Generator and Discriminator of github:brownvc/R3GAN at 19a7ddf with these widths. */
test.each([
  ['four stages of 192, conditional', 32, 10, 1_657_024, 1_670_592],
  ['the seven of FFHQ-256, a quarter as wide', 256, 1, 1_862_664, 1_850_568],
])('parameter counts of %s', (_, size, classes, ofGenerator, ofDiscriminator) => {
  const shape = spec(size, size, classes);
  const options = { channels: 192 };
  expect(weightCount(new R3GanGenerator(shape, r3ganGeneratorOptions.parse(options)))).toBe(ofGenerator);
  expect(weightCount(new R3GanDiscriminator(shape, r3ganDiscriminatorOptions.parse(options)))).toBe(
    ofDiscriminator,
  );
});

test('widths halve beyond fullWidthTo, groups keep their size, and images may be oblong', () => {
  const options = { ...tiny, fullWidthTo: 8, groupChannels: 2 };
  const shape = spec(16, 24, 1);
  const g = new R3GanGenerator(shape, r3ganGeneratorOptions.parse({ ...options, latentSize: 5 }));
  const d = new R3GanDiscriminator(shape, r3ganDiscriminatorOptions.parse(options));
  const shapes = (network: LayerNode): Record<string, readonly number[]> =>
    Object.fromEntries(Object.entries(weightsOf(network)).map(([name, { shape }]) => [name, shape]));
  expect(shapes(g)).toMatchObject({
    'basis.basis': [4, 6, 4],
    'basis.linear.weight': [5, 4],
    'stages.1.blocks.0.conv2.weight': [3, 3, 2, 8],
    'stages.2.up.conv.weight': [1, 1, 4, 2],
    'stages.2.blocks.0.conv2.weight': [3, 3, 2, 4],
    'to_image.weight': [1, 1, 2, 3],
  });
  expect(shapes(d)).toMatchObject({
    'from_image.weight': [1, 1, 3, 2],
    'stages.0.down.conv.weight': [1, 1, 2, 4],
    'head.basis': [4, 6, 4],
    'head.linear.weight': [4, 1],
  });
  expect(shapes(g)).not.toHaveProperty(['stages.1.up.conv.weight']);
  tf.tidy(() => {
    const label = tf.tensor1d([0], 'int32');
    const image = g.generate(tf.ones([1, 5]), label, evaluationCall);
    expect(image.shape).toEqual([1, 16, 24, 3]);
    expect(d.discriminate(image, label, evaluationCall).shape).toEqual([1]);
  });
  [g, d].forEach(disposeNetwork);
});

test('refuses sizes that no doublings of a small base give, and widths that groups do not divide', () => {
  const make = (height: number, width: number, options = {}) =>
    new R3GanGenerator(spec(height, width, 1), r3ganGeneratorOptions.parse(options));
  expect(() => make(36, 32)).toThrow(
    'r3gan generator: expected images whose sides are 2^n times a base whose shorter side is 4 to 7 pixels, got 36x32; the nearest are 40x32, 32, 36x28',
  );
  expect(() => make(2, 2)).toThrow('got 2x2');
  expect(() => make(64, 64, { channels: 24 })).toThrow(
    'r3gan generator: expected widths whose 2-fold is divisible by groups of 16 channels, got 12 at stage 4 of 5',
  );
});
