import * as tf from '@tensorflow/tfjs';
import { disposeNetwork, evaluationCall, RandomStream, stateOf, weightsOf } from '@ganymede/core';
import {
  componentContract,
  discriminatorContract,
  expectAllclose,
  fromComponent,
  generatorContract,
  weightCount,
} from '@ganymede/testing';
import {
  BigGanDiscriminator,
  BigGanGenerator,
  bigganDiscriminator,
  bigganDiscriminatorOptions,
  bigganGenerator,
  bigganGeneratorOptions,
} from './biggan.js';

beforeAll(() => tf.setBackend('cpu'));

const tiny = { channels: 1, attention: [] as number[], initialization: 'normal' as const };

componentContract(bigganGenerator);
componentContract(bigganDiscriminator);
generatorContract(fromComponent(bigganGenerator, { ...tiny, latentSize: 10, sharedSize: 4 }));
discriminatorContract(fromComponent(bigganDiscriminator, tiny));

const spec = (resolution: number, classes: number) => ({
  imageShape: { height: resolution, width: resolution, channels: 3 },
  classes,
  random: RandomStream.create(0, 'weights'),
});

/** One image of class 0 in evaluation. */
function imagesOf(network: BigGanGenerator): Float32Array {
  const z = RandomStream.create(3, 'latent').normals(network.latentSize);
  return tf.tidy(() =>
    network
      .generate(tf.tensor2d(z, [1, z.length]), tf.tensor1d([0], 'int32'), evaluationCall)
      .dataSync<'float32'>(),
  );
}

describe('BigGanGenerator', () => {
  const options = bigganGeneratorOptions.parse({ ...tiny, channels: 2, latentSize: 11, sharedSize: 4 });
  const generator = new BigGanGenerator(spec(32, 3), options);

  test('rounds a hierarchical latent down to whole chunks', () => {
    expect(generator.latentSize).toBe(8);
    expect(weightsOf(generator)['linear.weight']!.shape).toEqual([2, 8 * 16]);
    expect(weightsOf(generator)['blocks.0.0.bn1.gain.weight']!.shape).toEqual([4 + 2, 8]);
  });

  test("names follow BigGAN-PyTorch's", () => {
    expect(Object.keys(weightsOf(generator)).slice(0, 12)).toEqual([
      'shared.weight',
      'linear.weight',
      'linear.bias',
      'blocks.0.0.conv1.weight',
      'blocks.0.0.conv1.bias',
      'blocks.0.0.conv2.weight',
      'blocks.0.0.conv2.bias',
      'blocks.0.0.conv_sc.weight',
      'blocks.0.0.conv_sc.bias',
      'blocks.0.0.bn1.gain.weight',
      'blocks.0.0.bn1.bias.weight',
      'blocks.0.0.bn2.gain.weight',
    ]);
    expect(Object.keys(weightsOf(generator)).slice(-4)).toEqual([
      'output_layer.0.gain',
      'output_layer.0.bias',
      'output_layer.2.weight',
      'output_layer.2.bias',
    ]);
    expect(Object.keys(stateOf(generator)).slice(0, 4)).toEqual([
      'linear.u0',
      'linear.sv0',
      'blocks.0.0.conv1.u0',
      'blocks.0.0.conv1.sv0',
    ]);
  });

  test('fused scale gives the same images', () => {
    const plain = new BigGanGenerator(spec(32, 3), { ...options, fusedScale: false });
    expectAllclose(imagesOf(plain), imagesOf(generator), { atol: 1e-5 });
    disposeNetwork(plain);
  });

  test('attention follows the block of its resolution', () => {
    const attentive = new BigGanGenerator(spec(32, 3), { ...options, attention: [16, 32] });
    const gates = Object.entries(weightsOf(attentive)).filter(([name]) => name.endsWith('.gamma'));
    expect(gates.map(([name]) => name)).toEqual(['blocks.1.1.gamma', 'blocks.2.1.gamma']);
    const closed = imagesOf(attentive);
    tf.tidy(() => gates.forEach(([, gate]) => gate.assign(tf.scalar(2))));
    expect(imagesOf(attentive)).not.toEqual(closed);
    disposeNetwork(attentive);
  });

  test('unconditional, without shared embedding, chunks of z or spectral norm', () => {
    const plain = new BigGanGenerator(
      { ...spec(32, 1), imageShape: { height: 32, width: 32, channels: 1 } },
      { ...options, channels: 1, hierarchical: false, sharedEmbedding: false, spectralNorm: false },
    );
    expect(plain.latentSize).toBe(11);
    expect(weightsOf(plain)['blocks.0.0.bn1.gain.weight']!.shape).toEqual([1, 4]);
    expect(Object.keys(stateOf(plain)).filter((name) => name.endsWith('.u0'))).toEqual([]);
    expect(imagesOf(plain)).toHaveLength(32 * 32);
    disposeNetwork(plain);
  });

  test('halfway between two embeddings lies another image', () => {
    tf.tidy(() => {
      const z = tf.randomNormal<tf.Rank.R2>([1, 8], 0, 1, 'float32', 1);
      const [a, b] = [0, 1].map((label) => generator.embed(tf.tensor1d([label], 'int32'), evaluationCall));
      const between = tf.div<tf.Tensor2D>(tf.add(a!, b!), 2);
      const image = generator.synthesize(z, between, evaluationCall);
      expect(image.shape).toEqual([1, 32, 32, 3]);
      expectAllclose(
        generator.synthesize(z, a!, evaluationCall),
        generator.generate(z, tf.tensor1d([0], 'int32'), evaluationCall),
      );
    });
  });

  test('refuses resolutions that it has no architecture for, and latents too small to split', () => {
    expect(() => new BigGanGenerator(spec(50, 3), options)).toThrow(
      'biggan generator: expected images whose sides are 2^n times a base whose shorter side is 4 to 7 pixels, n from 3 to 7, got 50x50; the nearest are 48, 56, 40',
    );
    expect(() => new BigGanGenerator(spec(32, 3), { ...options, latentSize: 3 })).toThrow(
      'biggan generator: expected a latentSize of 4 or more for 4 chunks, got 3',
    );
  });
});

describe('BigGanDiscriminator', () => {
  const options = bigganDiscriminatorOptions.parse({ ...tiny, channels: 2, attention: [16] });

  test('attention follows the block of its resolution', () => {
    const names = Object.keys(weightsOf(new BigGanDiscriminator(spec(32, 2), options)));
    expect(names.filter((name) => name.endsWith('.gamma'))).toEqual(['blocks.0.1.gamma']);
  });

  test('narrow blocks have the hidden width of their input; images may have any number of channels', () => {
    const narrow = new BigGanDiscriminator(
      { ...spec(32, 1), imageShape: { height: 32, width: 32, channels: 4 } },
      { ...options, attention: [], wide: false, spectralNorm: false },
    );
    expect(weightsOf(narrow)['blocks.0.0.conv1.weight']!.shape).toEqual([3, 3, 4, 4]);
    tf.tidy(() => {
      const logits = narrow.discriminate(tf.ones([2, 32, 32, 4]), tf.zeros([2], 'int32'), evaluationCall);
      expect(logits.dataSync().every(Number.isFinite)).toBe(true);
    });
  });

  test('fused scale gives the same logits', () => {
    const [fused, plain] = [true, false].map(
      (fusedScale) => new BigGanDiscriminator(spec(32, 2), { ...options, fusedScale }),
    );
    tf.tidy(() => {
      const x = tf.randomUniform<tf.Rank.R4>([2, 32, 32, 3], -1, 1, 'float32', 1);
      const y = tf.tensor1d([0, 1], 'int32');
      expectAllclose(fused!.discriminate(x, y, evaluationCall), plain!.discriminate(x, y, evaluationCall), {
        rtol: 1e-4,
      });
    });
  });
});

/**
 * Published weight counts, 1,000 classes: compare_gan's `resnet_biggan.py` to the unit (at 128 pixels BigGAN-PyTorch's
 * headline script, too), BigGAN-PyTorch's discriminator at 256 in millions.
 */
describe('parameter counts at full width', () => {
  const generator = (resolution: number, latentSize: number, attention: number[]): number =>
    weightCount(
      new BigGanGenerator(
        spec(resolution, 1000),
        bigganGeneratorOptions.parse({ attention, latentSize, initialization: 'zeros' }),
      ),
    );
  const discriminator = (resolution: number, attention = 64): number =>
    weightCount(
      new BigGanDiscriminator(
        spec(resolution, 1000),
        bigganDiscriminatorOptions.parse({ initialization: 'zeros', attention: [attention] }),
      ),
    );
  /** A 1x1 shortcut of a block that keeps its width of `multiple` times 96, which compare_gan's discriminator has not. */
  const shortcut = (multiple: number): number => (96 * multiple) ** 2 + 96 * multiple;

  test('128 pixels', () => {
    expect(generator(128, 120, [64])).toBe(70_433_988);
    expect(discriminator(128)).toBe(87_982_370);
  });

  test('256 pixels', () => {
    expect(generator(256, 140, [128])).toBe(82_097_604);
    expect(discriminator(256) / 1e6).toBeCloseTo(99.23, 2);
    expect(discriminator(256) - shortcut(8)).toBe(98_635_298);
  });

  test('512 pixels', () => {
    expect(generator(512, 160, [64])).toBe(82_468_068);
    expect(discriminator(512) - shortcut(1) - shortcut(8)).toBe(98_801_378);
  });
});
