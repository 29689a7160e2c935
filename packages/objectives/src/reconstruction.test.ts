import * as tf from '@tensorflow/tfjs';
import {
  RandomStream,
  type DiscriminatorMaps,
  type ObjectiveInstance,
  type ObjectiveSpec,
} from '@ganymede/core';
import {
  componentContract,
  expectAllclose,
  expectGradient,
  fromComponent,
  objectiveContract,
  ToyDiscriminator,
  ToyGenerator,
  ToyStep,
} from '@ganymede/testing';
import { quadrants, Reconstruction, reconstruction } from './reconstruction.js';

componentContract(reconstruction);
objectiveContract(fromComponent(reconstruction, { channels: 4 }));
objectiveContract(fromComponent(reconstruction, { distance: 'absolute', channels: 2, weight: 3 }));

beforeAll(() => tf.setBackend('cpu'));

const shape = { height: 8, width: 8, channels: 2 };

function scene(options = {}): {
  readonly instance: ObjectiveInstance;
  readonly step: ToyStep;
  readonly spec: ObjectiveSpec;
} {
  const random = RandomStream.create(6, 'networks');
  const spec = {
    discriminator: new ToyDiscriminator(shape, 1, random),
    generator: new ToyGenerator(shape, 1, 4, random),
    classCounts: null,
    batchSize: 2,
    prior: { sample: (count: number, size: number, from: RandomStream) => from.normals(count * size) },
    random,
  };
  const step = new ToyStep({
    network: 'discriminator',
    ...spec,
    real: tf.tensor4d(random.normals(2 * 8 * 8 * 2), [2, 8, 8, 2]),
    realLabels: tf.zeros([2], 'int32'),
    fakeLabels: tf.zeros([2], 'int32'),
    z: tf.zeros([2, 4]),
    augment: (images) => tf.mul(images, 2),
    draws: [{ stream: 'reconstruction', distribution: 'uniform', shape: [] }],
  });
  return { spec, step, instance: new Reconstruction({ channels: 2, ...options }).create(spec) };
}

test('quadrants: by rows, as each image draws', () => {
  tf.tidy(() => {
    const image = tf.tensor4d([...Array(16).keys()], [1, 4, 4, 1]);
    const four = tf.tile(image, [4, 1, 1, 1]);
    const found = quadrants(four, tf.tensor1d([0, 0.25, 0.6, 0.999]))
      .reshape([4, 4])
      .arraySync();
    expect(found).toEqual([
      [0, 1, 4, 5],
      [2, 3, 6, 7],
      [8, 9, 12, 13],
      [10, 11, 14, 15],
    ]);
    expectGradient((x) => quadrants(x as tf.Tensor4D, tf.tensor1d([0.6])).square(), [image], { order: 2 });
  });
});

test.each([
  ['squared', (x: tf.Tensor) => tf.square(x)],
  ['absolute', (x: tf.Tensor) => tf.abs(x)],
] as const)('terms are mean %s distances to the augmented image, whole and in quarters', (distance, of) => {
  const { instance, step } = scene({ distance, weight: 5 });
  tf.tidy(() => {
    const weights = instance.weights!.discriminator!;
    // What comes out of a block without gain is zero, and the image grey.
    weights['far.blocks.0.norm1.gain']!.assign(tf.zeros([16]));
    const terms = instance.discriminator!(step);
    const seen = tf.mul(step.real.images, 2);
    expect(Object.keys(terms)).toEqual(['near', 'far']);
    // The map of 4x4 is decoded to 8x8; of that of 8x8 a quadrant is, which has the size already, by a convolution and tanh.
    expectAllclose(terms['far']!, tf.mul(tf.mean(of(seen)), 5), { rtol: 1e-5 });
    const [map, target] = [step.real.maps['near']!, seen as tf.Tensor4D].map((x) =>
      quadrants(x, step.draw('reconstruction')),
    ) as [tf.Tensor4D, tf.Tensor4D];
    const kernel = tf.div(
      weights['near.to_image.weight']!,
      instance.state!['near.to_image.sv0']!,
    ) as tf.Tensor4D;
    const decoded = tf.tanh(tf.conv2d(map, kernel, 1, 'same'));
    expectAllclose(terms['near']!, tf.mul(tf.mean(of(tf.sub(decoded, target))), 5), { rtol: 1e-5 });
  });
});

test('trains the decoders and D, and no step of G', () => {
  const { instance, step, spec } = scene();
  expect(instance.generator).toBeUndefined();
  expect(instance.draws!('generator')).toEqual([]);
  const decoders = instance.weights!.discriminator!;
  const weights = { ...decoders, ...step.weights };
  const losses: number[] = [];
  for (let i = 0; i < 60; i++)
    tf.tidy(() => {
      const { value, grads } = tf.variableGrads(
        () => tf.addN(Object.values(instance.discriminator!(step.renew()))) as tf.Scalar,
        Object.values(weights),
      );
      losses.push(value.dataSync()[0]!);
      for (const weight of Object.values(weights)) {
        const gradient = grads[weight.name] as tf.Tensor | null;
        if (gradient) weight.assign(tf.sub(weight, tf.mul(gradient, 0.05)));
      }
    });
  expect(losses.at(-1)!).toBeLessThan(0.9 * losses[0]!);
  expect(Object.keys(spec.discriminator.features!.maps!.shapes)).toEqual(['near', 'far']);
});

test('refuses a discriminator without maps, and maps that no doubling makes the image', () => {
  const { spec } = scene();
  const { features } = spec.discriminator;
  const { maps: own, ...halves } = features!;
  const withMaps = (maps: DiscriminatorMaps | null): ObjectiveSpec => ({
    ...spec,
    discriminator: {
      discriminate: (x, y, ctx) => halves.logits(halves.extract(x, ctx), y, ctx),
      features: { ...halves, ...(maps && { maps }) },
    },
  });
  expect(() => new Reconstruction().create(withMaps(null))).toThrow(
    'objective reconstruction: expected a discriminator that shows its maps, got one that does not',
  );
  const odd = { ...own!, shapes: { odd: { height: 3, width: 4, channels: 1 } } };
  expect(() => new Reconstruction().create(withMaps(odd))).toThrow(
    "objective reconstruction: expected maps whose size is doubled to the image's 8x8, got 3x4",
  );
});
