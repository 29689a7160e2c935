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
  SaganDiscriminator,
  SaganGenerator,
  saganDiscriminator,
  saganDiscriminatorOptions,
  saganGenerator,
  saganGeneratorOptions,
} from './sagan.js';

beforeAll(() => tf.setBackend('cpu'));

const tiny = { channels: 1, attention: [] as number[] };

componentContract(saganGenerator);
componentContract(saganDiscriminator);
generatorContract(fromComponent(saganGenerator, { channels: 2, attention: [8], latentSize: 6 }));
discriminatorContract(fromComponent(saganDiscriminator, { channels: 4, attention: [8] }));

const spec = (resolution: number, classes: number) => ({
  imageShape: { height: resolution, width: resolution, channels: 3 },
  classes,
  random: RandomStream.create(0, 'weights'),
});

/**
 * Layer by layer from github:brain-research/self-attention-gan (`generator_test` with attention at 32 pixels,
 * `generator_test_64` at 64) and from github:kwotsin/mimicry at 32 pixels, whose G attends at 16 and whose D at 8.
 */
test.each([
  [128, 1000, [32], [32], 42_078_852, 39_463_618],
  [128, 1000, [64], [64], 42_017_412, 39_448_258],
  [32, 10, [16], [8], 4_386_308, 1_075_586],
])(
  'parameter counts at %d pixels, %d classes',
  (resolution, classes, inG, inD, ofGenerator, ofDiscriminator) => {
    const zeros = { initialization: 'zeros' as const };
    const generator = saganGeneratorOptions.parse({ ...zeros, attention: inG });
    const discriminator = saganDiscriminatorOptions.parse({ ...zeros, attention: inD });
    expect(weightCount(new SaganGenerator(spec(resolution, classes), generator))).toBe(ofGenerator);
    expect(weightCount(new SaganDiscriminator(spec(resolution, classes), discriminator))).toBe(
      ofDiscriminator,
    );
  },
);

test('attention follows the block that reaches the resolution', () => {
  const gates = (network: LayerNode): string[] =>
    Object.keys(weightsOf(network)).filter((name) => name.endsWith('.gamma'));
  const g = new SaganGenerator(
    spec(128, 2),
    saganGeneratorOptions.parse({ channels: 2, initialization: 'zeros' }),
  );
  const d = new SaganDiscriminator(
    spec(128, 2),
    saganDiscriminatorOptions.parse({ channels: 4, initialization: 'zeros' }),
  );
  const small = new SaganDiscriminator(
    spec(32, 2),
    saganDiscriminatorOptions.parse({ channels: 4, attention: [8] }),
  );
  expect(gates(g)).toEqual(['blocks.2.1.gamma']);
  expect(gates(d)).toEqual(['blocks.1.1.gamma']);
  expect(gates(small)).toEqual(['blocks.1.1.gamma']);
  [g, d, small].forEach(disposeNetwork);
});

test('every resolution makes and takes images of its size', () => {
  for (const resolution of [64, 128]) {
    const g = new SaganGenerator(
      spec(resolution, 2),
      saganGeneratorOptions.parse({ ...tiny, latentSize: 2 }),
    );
    const d = new SaganDiscriminator(spec(resolution, 2), saganDiscriminatorOptions.parse(tiny));
    tf.tidy(() => {
      const label = tf.tensor1d([1], 'int32');
      const image = g.generate(tf.ones([1, 2]), label, evaluationCall);
      expect(image.shape).toEqual([1, resolution, resolution, 3]);
      expect(d.discriminate(image, label, evaluationCall).shape).toEqual([1]);
    });
    [g, d].forEach(disposeNetwork);
  }
});

test('refuses resolutions that it has no architecture for', () => {
  expect(() => new SaganGenerator(spec(256, 1), saganGeneratorOptions.parse(tiny))).toThrow(
    /^sagan generator: .*, n from 3 to 5, got 256x256; the nearest are 224, 192, 160$/,
  );
  // At 64 pixels and more its discriminator halves five times, down to a base of 2x2.
  expect(() => new SaganDiscriminator(spec(80, 1), saganDiscriminatorOptions.parse(tiny))).toThrow(
    /^sagan discriminator: .*, got 80x80; the nearest are 96, 64, 56$/,
  );
});
