import * as tf from '@tensorflow/tfjs';
import {
  disposeNetwork,
  evaluationCall,
  RandomStream,
  trainingCall,
  weightsOf,
  type LayerNode,
} from '@ganymede/core';
import { expectAllclose } from '@ganymede/testing';
import {
  BigGanDeepDiscriminator,
  BigGanDeepGenerator,
  bigganDeepDiscriminatorOptions,
  bigganDeepGeneratorOptions,
} from './biggan-deep.js';
import {
  BigGanDiscriminator,
  BigGanGenerator,
  bigganDiscriminatorOptions,
  bigganGeneratorOptions,
} from './biggan.js';
import { normalizations } from './normalization.js';

beforeAll(() => tf.setBackend('cpu'));

const tiny = { channels: 1, attention: [] as number[], initialization: 'normal' as const };
const spec = (channels: number, classes: number) => ({
  imageShape: { height: 32, width: 32, channels },
  classes,
  random: RandomStream.create(0, 'weights'),
});
const random = RandomStream.create(1, 'inputs');

/** Names of the weights that a loss gives no gradient, or one that is not finite. */
function unreached(network: LayerNode, loss: () => tf.Scalar): string[] {
  return tf.tidy(() => {
    const weights = weightsOf(network);
    const { grads } = tf.variableGrads(loss, Object.values(weights));
    return Object.entries(weights)
      .filter(([, { name }]) => !(grads[name] as tf.Tensor | null)?.dataSync().every(Number.isFinite))
      .map(([name]) => name);
  });
}

type Networks = readonly [
  BigGanGenerator | BigGanDeepGenerator,
  BigGanDiscriminator | BigGanDeepDiscriminator,
];

/** Both networks make and judge images of the given kind in training and evaluation, and every weight learns. */
function expectWorking([generator, discriminator]: Networks, channels: number, classes: number): void {
  const z = tf.tensor2d(random.normals(3 * generator.latentSize), [3, generator.latentSize]);
  const y = tf.tensor1d(random.integers(3, classes), 'int32');
  tf.tidy(() => {
    for (const ctx of [trainingCall, evaluationCall]) {
      const images = generator.generate(z, y, ctx);
      expect(images.shape).toEqual([3, 32, 32, channels]);
      expect(discriminator.discriminate(images, y, ctx).dataSync().every(Number.isFinite)).toBe(true);
    }
    const images = generator.generate(z, y, evaluationCall);
    expect(unreached(generator, () => generator.generate(z, y, trainingCall).square().mean())).toEqual([]);
    expect(
      unreached(discriminator, () => discriminator.discriminate(images, y, trainingCall).square().mean()),
    ).toEqual([]);
  });
  tf.dispose([z, y]);
  [generator, discriminator].forEach(disposeNetwork);
}

function biggan(
  channels: number,
  classes: number,
  options: { readonly hierarchical: boolean; readonly sharedEmbedding: boolean },
): Networks {
  const sizes = { latentSize: 8, sharedSize: 4 };
  return [
    new BigGanGenerator(
      spec(channels, classes),
      bigganGeneratorOptions.parse({ ...tiny, ...sizes, ...options }),
    ),
    new BigGanDiscriminator(spec(channels, classes), bigganDiscriminatorOptions.parse(tiny)),
  ];
}

describe.each([
  ['unconditional', 1],
  ['conditional', 3],
])('%s', (_, classes) => {
  test.each([
    [true, true],
    [true, false],
    [false, true],
    [false, false],
  ])('biggan, hierarchical %s, one embedding for all layers %s', (hierarchical, sharedEmbedding) => {
    const networks = biggan(3, classes, { hierarchical, sharedEmbedding });
    const weights = weightsOf(networks[0]);
    const conditionSize = (sharedEmbedding ? 4 : classes) + (hierarchical ? 2 : 0);
    expect(weights['blocks.0.0.bn1.gain.weight']!.shape).toEqual([conditionSize, 4]);
    expect('shared.weight' in weights).toBe(sharedEmbedding);
    expectWorking(networks, 3, classes);
  });

  test.each([
    ['grey', 1],
    ['RGBA', 4],
  ])('biggan, %s images', (__, channels) => {
    const networks = biggan(channels, classes, { hierarchical: true, sharedEmbedding: true });
    expectWorking(networks, channels, classes);
  });

  test.each([
    ['grey', 1],
    ['RGB', 3],
    ['RGBA', 4],
  ])('biggan-deep, %s images', (__, channels) => {
    const options = { ...tiny, latentSize: 6, sharedSize: 4 };
    expectWorking(
      [
        new BigGanDeepGenerator(spec(channels, classes), bigganDeepGeneratorOptions.parse(options)),
        new BigGanDeepDiscriminator(spec(channels, classes), bigganDeepDiscriminatorOptions.parse(tiny)),
      ],
      channels,
      classes,
    );
  });
});

describe.each(normalizations)('%s normalization', (normalization) => {
  const networks: Record<string, () => Networks[0]> = {
    biggan: () =>
      new BigGanGenerator(
        spec(3, 2),
        bigganGeneratorOptions.parse({ ...tiny, latentSize: 8, sharedSize: 4, normalization, groups: 2 }),
      ),
    'biggan-deep': () =>
      new BigGanDeepGenerator(
        spec(3, 2),
        bigganDeepGeneratorOptions.parse({
          ...tiny,
          channels: 2,
          latentSize: 6,
          sharedSize: 4,
          normalization,
          groups: 2,
        }),
      ),
  };

  test.each(Object.keys(networks))(
    '%s: images of a batch depend on each other in batch norm alone',
    (model) => {
      const generator = networks[model]!();
      tf.tidy(() => {
        const z = tf.tensor2d(random.normals(2 * generator.latentSize), [2, generator.latentSize]);
        const y = tf.tensor1d([0, 1], 'int32');
        const still = { ...trainingCall, updateState: false };
        const together = generator.generate(z, y, still);
        const alone = generator.generate(z.slice([0], [1]), y.slice([0], [1]), still);
        const difference = tf.max(tf.abs(tf.sub(together.slice([0], [1]), alone))).dataSync()[0]!;
        if (normalization === 'batch') expect(difference).toBeGreaterThan(1e-3);
        else expect(difference).toBeLessThan(1e-4);
        expect(unreached(generator, () => generator.generate(z, y, trainingCall).square().mean())).toEqual(
          [],
        );
      });
      disposeNetwork(generator);
    },
  );
});

test('groups that do not divide a width are an error of the layer', () => {
  const options = bigganGeneratorOptions.parse({ ...tiny, normalization: 'group', groups: 3 });
  const generator = new BigGanGenerator(spec(3, 1), options);
  expect(() =>
    generator.generate(tf.zeros([1, generator.latentSize]), tf.tensor1d([0], 'int32'), evaluationCall),
  ).toThrow('groupNorm: expected a number of groups that divides 4 channels, got 3');
  disposeNetwork(generator);
});

describe.each<[string, (dropout: number) => Networks[1], number]>([
  [
    'biggan',
    (dropout) => new BigGanDiscriminator(spec(3, 2), bigganDiscriminatorOptions.parse({ ...tiny, dropout })),
    4,
  ],
  [
    'biggan-deep',
    (dropout) =>
      new BigGanDeepDiscriminator(spec(3, 2), bigganDeepDiscriminatorOptions.parse({ ...tiny, dropout })),
    4,
  ],
])('%s discriminator with dropout', (_, create, features) => {
  test('drops features where noise is fed, and asks for as much as it needs', () => {
    const discriminator = create(0.5);
    expect(create(0).noiseSize).toBeUndefined();
    expect(discriminator.noiseSize).toBe(features);
    tf.tidy(() => {
      const x = tf.tensor4d(random.normals(2 * 32 * 32 * 3), [2, 32, 32, 3]);
      const y = tf.tensor1d([0, 1], 'int32');
      const still = { ...trainingCall, updateState: false };
      const logits = (value: number): tf.Tensor1D =>
        discriminator.discriminate(x, y, { ...still, noise: tf.fill([2, features], value) });
      const bias = weightsOf(discriminator)['linear.bias']!.dataSync()[0]!;
      // All features dropped: the bias is left. None dropped: they count twice.
      expectAllclose(logits(0.2), [bias, bias]);
      const plain = discriminator.discriminate(x, y, still);
      expectAllclose(tf.sub(logits(0.7), bias), tf.mul(tf.sub(plain, bias), 2), { rtol: 1e-4 });
      expectAllclose(discriminator.discriminate(x, y, evaluationCall), plain);
    });
    disposeNetwork(discriminator);
  });
});
