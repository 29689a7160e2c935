import * as tf from '@tensorflow/tfjs';
import { evaluationCall, RandomStream, weightsOf } from '@ganymede/core';
import {
  componentContract,
  discriminatorContract,
  expectAllclose,
  fromComponent,
  generatorContract,
  weightCount,
} from '@ganymede/testing';
import {
  BigGanDeepDiscriminator,
  BigGanDeepGenerator,
  bigganDeepDiscriminator,
  bigganDeepDiscriminatorOptions,
  bigganDeepGenerator,
  bigganDeepGeneratorOptions,
} from './biggan-deep.js';

beforeAll(() => tf.setBackend('cpu'));

const tiny = { channels: 1, attention: [] as number[], initialization: 'normal' as const };
const spec = (resolution: number, classes: number) => ({
  imageShape: { height: resolution, width: resolution, channels: 3 },
  classes,
  random: RandomStream.create(0, 'weights'),
});

componentContract(bigganDeepGenerator);
componentContract(bigganDeepDiscriminator);
generatorContract(fromComponent(bigganDeepGenerator, { ...tiny, latentSize: 6, sharedSize: 4 }));
discriminatorContract(fromComponent(bigganDeepDiscriminator, tiny));

describe('BigGanDeepGenerator', () => {
  const options = bigganDeepGeneratorOptions.parse({ ...tiny, channels: 2, latentSize: 6, sharedSize: 4 });

  test("names and shapes follow BigGAN-PyTorch's at its depth of 2", () => {
    const weights = weightsOf(new BigGanDeepGenerator(spec(64, 3), { ...options, attention: [16] }));
    const shapes = Object.fromEntries(Object.entries(weights).map(([name, weight]) => [name, weight.shape]));
    expect(shapes).toMatchObject({
      'shared.weight': [3, 4],
      'linear.weight': [10, 32 * 16],
      'blocks.2.0.conv1.weight': [1, 1, 32, 8],
      'blocks.2.0.conv4.weight': [1, 1, 8, 32],
      'blocks.3.0.conv2.weight': [3, 3, 8, 8],
      'blocks.3.0.conv4.weight': [1, 1, 8, 16],
      'blocks.3.0.bn1.gain.weight': [10, 32],
      'blocks.3.0.bn4.bias.weight': [10, 8],
      'blocks.3.1.gamma': [],
      'blocks.7.0.conv4.weight': [1, 1, 2, 4],
      'output_layer.0.gain': [4],
      'output_layer.2.weight': [3, 3, 4, 3],
    });
    expect(Object.keys(weights).filter((name) => /^blocks\.(8|\d+\.2)/.test(name))).toEqual([]);
  });

  test('fused scale gives the same images', () => {
    const images = [true, false].map((fusedScale) => {
      const network = new BigGanDeepGenerator(spec(32, 3), { ...options, fusedScale });
      const z = RandomStream.create(3, 'latent').normals(6);
      return tf.tidy(() =>
        network
          .generate(tf.tensor2d(z, [1, 6]), tf.tensor1d([2], 'int32'), evaluationCall)
          .dataSync<'float32'>(),
      );
    });
    expectAllclose(images[0]!, images[1]!, { atol: 1e-5 });
  });

  test('any depth makes images of the right size', () => {
    tf.tidy(() => {
      for (const depth of [1, 3]) {
        const network = new BigGanDeepGenerator(spec(32, 3), { ...options, channels: 1, depth });
        const image = network.generate(tf.ones([1, 6]), tf.tensor1d([0], 'int32'), evaluationCall);
        expect(image.shape).toEqual([1, 32, 32, 3]);
      }
    });
  });
});

describe('BigGanDeepDiscriminator', () => {
  test("names and shapes follow BigGAN-PyTorch's at its depth of 2", () => {
    const options = bigganDeepDiscriminatorOptions.parse({ ...tiny, channels: 4, attention: [32] });
    const weights = weightsOf(new BigGanDeepDiscriminator(spec(64, 3), options));
    const shapes = Object.fromEntries(Object.entries(weights).map(([name, weight]) => [name, weight.shape]));
    expect(shapes).toMatchObject({
      'input_conv.weight': [3, 3, 3, 4],
      'blocks.0.0.conv1.weight': [1, 1, 4, 2],
      'blocks.0.0.conv_sc.weight': [1, 1, 4, 4],
      'blocks.0.1.conv1.weight': [1, 1, 8, 2],
      'blocks.0.2.gamma': [],
      'blocks.3.1.conv4.weight': [1, 1, 16, 64],
      'embed.weight': [3, 64],
    });
    expect(shapes).not.toHaveProperty(['blocks.0.1.conv_sc.weight']);
  });
});

/**
 * The weights of the released generators, in millions (the model cards' 50.4, 55.9 and 56.2) and to the unit at 128
 * pixels, less what we leave out: their last convolution makes `channels` maps, of which all but three are thrown away.
 */
test.each([
  [128, 50.4],
  [256, 55.9],
  [512, 56.2],
])('parameter count at %d pixels', (resolution, millions) => {
  const options = bigganDeepGeneratorOptions.parse({ initialization: 'zeros' });
  const counted = weightCount(new BigGanDeepGenerator(spec(resolution, 1000), options));
  const unused = 125 * (9 * 128 + 1);
  expect((counted + unused) / 1e6).toBeCloseTo(millions, 1);
  if (resolution === 128) expect(counted + unused).toBe(50_388_609);
});

/** compare_gan's resnet_biggan_deep_test.py. */
test("parameter counts are compare_gan's", () => {
  const zeros = { initialization: 'zeros' as const };
  const generator = bigganDeepGeneratorOptions.parse(zeros);
  const discriminator = bigganDeepDiscriminatorOptions.parse(zeros);
  expect(weightCount(new BigGanDeepGenerator(spec(128, 1000), generator))).toBe(50_244_484);
  expect(weightCount(new BigGanDeepDiscriminator(spec(128, 1000), discriminator))).toBe(34_590_210);
});
