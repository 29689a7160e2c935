import * as tf from '@tensorflow/tfjs';
import { disposeNetwork, evaluationCall, RandomStream, stateOf, weightsOf } from '@ganymede/core';
import {
  componentContract,
  discriminatorContract,
  fromComponent,
  generatorContract,
  weightCount,
} from '@ganymede/testing';
import {
  SnganDiscriminator,
  SnganGenerator,
  snganDiscriminator,
  snganDiscriminatorOptions,
  snganGenerator,
  snganGeneratorOptions,
} from './sngan.js';

beforeAll(() => tf.setBackend('cpu'));

const tiny = { channels: 1 };
const unconditional = { resolution: 32, channels: 1, classes: 1 };

componentContract(snganGenerator);
componentContract(snganDiscriminator);
generatorContract(fromComponent(snganGenerator, { ...tiny, latentSize: 6 }));
generatorContract(fromComponent(snganGenerator, { ...tiny, latentSize: 6 }), unconditional);
discriminatorContract(fromComponent(snganDiscriminator, tiny));
discriminatorContract(fromComponent(snganDiscriminator, tiny), unconditional);

const spec = (resolution: number, classes: number) => ({
  imageShape: { height: resolution, width: resolution, channels: 3 },
  classes,
  random: RandomStream.create(0, 'weights'),
});

/**
 * Layer by layer from the class definitions of github:kwotsin/mimicry (32 to 128 pixels without classes) and
 * github:pfnet-research/sngan_projection (with classes; but for the bias of D's last layer at 32 pixels).
 */
test.each([
  [32, 1, 4_276_739, 1_053_825],
  [32, 10, 4_304_387, 1_055_105],
  [48, 1, 4_878_083, 10_141_441],
  [64, 1, 12_220_675, 10_141_441],
  [128, 1, 32_150_787, 29_017_857],
  [128, 1000, 41_996_931, 30_041_857],
])('parameter counts at %d pixels, classes: %d', (resolution, classes, ofGenerator, ofDiscriminator) => {
  const zeros = { initialization: 'zeros' as const };
  const generator = snganGeneratorOptions.parse(zeros);
  const discriminator = snganDiscriminatorOptions.parse(zeros);
  expect(weightCount(new SnganGenerator(spec(resolution, classes), generator))).toBe(ofGenerator);
  expect(weightCount(new SnganDiscriminator(spec(resolution, classes), discriminator))).toBe(ofDiscriminator);
});

test('every resolution makes and takes images of its size', () => {
  for (const resolution of [48, 64, 128]) {
    const g = new SnganGenerator(
      spec(resolution, 1),
      snganGeneratorOptions.parse({ ...tiny, latentSize: 2 }),
    );
    const d = new SnganDiscriminator(spec(resolution, 1), snganDiscriminatorOptions.parse(tiny));
    tf.tidy(() => {
      const label = tf.tensor1d([0], 'int32');
      const image = g.generate(tf.ones([1, 2]), label, evaluationCall);
      expect(image.shape).toEqual([1, resolution, resolution, 3]);
      expect(d.discriminate(image, label, evaluationCall).shape).toEqual([1]);
    });
    [g, d].forEach(disposeNetwork);
  }
});

test('the widths and which layers have what', () => {
  const g = new SnganGenerator(spec(128, 5), snganGeneratorOptions.parse({ ...tiny, latentSize: 2 }));
  const d = new SnganDiscriminator(spec(128, 5), snganDiscriminatorOptions.parse({ channels: 2 }));
  const shapes = Object.fromEntries(
    Object.entries({ ...weightsOf(g), ...weightsOf(d) }).map(([name, { shape }]) => [name, shape]),
  );
  expect(shapes).toMatchObject({
    'blocks.4.0.bn1.gain.weight': [5, 2],
    // D's first block is as wide inside as its output, the others as their input.
    'blocks.0.0.conv1.weight': [3, 3, 3, 2],
    'blocks.2.0.conv1.weight': [3, 3, 4, 4],
    'blocks.2.0.conv2.weight': [3, 3, 4, 8],
    'embed.weight': [5, 32],
  });
  expect(shapes).not.toHaveProperty(['blocks.5.0.conv_sc.weight']);
  expect(Object.keys(stateOf(g)).filter((name) => name.endsWith('.u0'))).toEqual([]);
  expect(Object.keys(stateOf(d)).filter((name) => name.endsWith('.u0'))).not.toEqual([]);
  [g, d].forEach(disposeNetwork);
});

test('3x3 convolutions of blocks start sqrt(2) wider than the others', () => {
  const g = new SnganGenerator(spec(32, 1), snganGeneratorOptions.parse({ channels: 8 }));
  const weights = weightsOf(g);
  const largest = (name: string): number => tf.tidy(() => tf.max(tf.abs(weights[name]!)).dataSync()[0]!);
  const xavier = (fans: number): number => Math.sqrt(6 / fans);
  expect(largest('blocks.0.0.conv1.weight') / xavier(9 * 64)).toBeCloseTo(Math.SQRT2, 1);
  expect(largest('blocks.0.0.conv_sc.weight') / xavier(64)).toBeCloseTo(1, 1);
  expect(largest('output_layer.2.weight') / xavier(9 * 35)).toBeCloseTo(1, 1);
  disposeNetwork(g);
});

test('refuses resolutions that it has no architecture for', () => {
  expect(() => new SnganGenerator(spec(80, 1), snganGeneratorOptions.parse({}))).toThrow(
    /^sngan generator: .*, n from 3 to 6, got 80x80; the nearest are 96, 64, 56$/,
  );
  expect(() => new SnganDiscriminator(spec(512, 1), snganDiscriminatorOptions.parse({}))).toThrow(
    /^sngan discriminator: .*, got 512x512; the nearest are 448, 384, 320$/,
  );
});

// github:igul222/improved_wgan_training, gan_cifar_resnet.py: the critic takes the mean over positions.
test('the features of mean pooling are those of sum pooling over the number of positions', () => {
  const [sum, mean] = (['sum', 'mean'] as const).map(
    (pooling) => new SnganDiscriminator(spec(32, 1), snganDiscriminatorOptions.parse({ ...tiny, pooling })),
  ) as [SnganDiscriminator, SnganDiscriminator];
  tf.tidy(() => {
    const x = tf.randomNormal<tf.Rank.R4>([2, 32, 32, 3], 0, 1, 'float32', 1);
    const [sums, means] = [sum, mean].map((d) => d.features.extract(x, evaluationCall).dataSync()) as [
      Float32Array,
      Float32Array,
    ];
    expect(sums.some((value) => value > 0)).toBe(true);
    sums.forEach((value, i) => expect(means[i]).toBeCloseTo(value / 64, 6));
  });
  [sum, mean].forEach(disposeNetwork);
});
