import * as tf from '@tensorflow/tfjs';
import { disposeNetwork, RandomStream, type Backend } from '@ganymede/core';
import { EagerStep } from '@ganymede/core/eager-step';
import {
  componentContract,
  expectAllclose,
  fromComponent,
  stabilizerContract,
  toyDiscriminatorFactory,
  toyGeneratorFactory,
} from '@ganymede/testing';
import { spectrum, Spectrum, type SpectrumEvent } from './index.js';

const backend: Pick<Backend, 'compile'> = { compile: (step, { name }) => new EagerStep(name, step) };
const spec = { imageShape: { height: 4, width: 4, channels: 3 }, classes: 2 };
const networks = () => ({
  generator: toyGeneratorFactory.create({ ...spec, random: RandomStream.create(1, 'generator') }),
  discriminator: toyDiscriminatorFactory.create({ ...spec, random: RandomStream.create(1, 'discriminator') }),
});
const updateNorms = { generator: { 'linear.weight': 0.0123456789 }, discriminator: {} };
const gradientNorms = { generator: { 'linear.weight': 1.23456789 }, discriminator: {} };

beforeAll(() => tf.setBackend('cpu'));

componentContract(spectrum);
stabilizerContract(fromComponent(spectrum));
stabilizerContract(fromComponent(spectrum, { interval: 3, tolerance: 0.1 }));

async function eventOf(watched: ReturnType<typeof networks>): Promise<SpectrumEvent> {
  const stabilizer = new Spectrum();
  const { action, event } = await stabilizer.observe({ backend, ...watched, gradientNorms, updateNorms });
  stabilizer.dispose();
  expect(action).toEqual({ kind: 'continue' });
  return event as unknown as SpectrumEvent;
}

test('every matrix has its singular values, every weight its norm, by name', async () => {
  const watched = networks();
  const { generator, discriminator } = watched;
  // Rows of diag(3, 2, 1, 0.5), so that the values can be read off.
  tf.tidy(() => {
    const diagonal = tf.diag(tf.tensor1d([3, 2, 1, 0.5]));
    generator.weights!['linear.weight']!.assign(
      tf.pad2d(diagonal as tf.Tensor2D, [
        [0, 0],
        [0, 44],
      ]),
    );
    discriminator.weights!['linear.weight']!.assign(tf.fill([4, 1], 2));
  });
  const event = await eventOf(watched);
  expect(Object.keys(event.spectrum['generator']!)).toEqual(['linear.weight', 'embedding.weight']);
  expect(Object.keys(event.spectrum['discriminator']!)).toEqual([
    'conv.weight',
    'linear.weight',
    'embedding.weight',
  ]);
  expectAllclose(event.spectrum['generator']!['linear.weight']!, [3, 2, 1], { rtol: 1e-5 });
  expectAllclose(event.spectrum['discriminator']!['linear.weight']!, [4, 0, 0], { atol: 1e-5 });
  expect(event.weightNorms['generator']).toEqual({
    'linear.weight': 3.77492,
    'linear.bias': expect.any(Number),
    'embedding.weight': expect.any(Number),
  });
  const [bias] = tf.tidy(() => [tf.norm(generator.weights!['linear.bias']!).arraySync() as number]);
  expect(event.weightNorms['generator']!['linear.bias']).toBeCloseTo(bias!, 4);
  expect(event.gradientNorms).toEqual({ generator: { 'linear.weight': 1.23457 }, discriminator: {} });
  expect(event.updateNorms).toEqual({ generator: { 'linear.weight': 0.0123457 }, discriminator: {} });
  expect(event.unsettled).toBeUndefined();
  Object.values(watched).forEach(disposeNetwork);
});

test('NaN in one weight is told and stays there', async () => {
  const watched = networks();
  tf.tidy(() => watched.generator.weights!['embedding.weight']!.assign(tf.fill([2, 48], Number.NaN)));
  const event = await eventOf(watched);
  expect(event.spectrum['generator']!['embedding.weight']).toEqual([NaN, NaN, NaN]);
  expect(event.spectrum['generator']!['linear.weight']!.every(Number.isFinite)).toBe(true);
  expect(event.weightNorms['generator']!['embedding.weight']).toBeNaN();
  Object.values(watched).forEach(disposeNetwork);
});

test('it moves no weight and no state', async () => {
  const watched = networks();
  const values = (): unknown =>
    Object.values(watched).flatMap(({ weights, state }) =>
      [...Object.values(weights!), ...Object.values(state!)].map((one) => one.arraySync()),
    );
  const before = values();
  await eventOf(watched);
  expect(values()).toEqual(before);
  Object.values(watched).forEach(disposeNetwork);
});

test('an interval of zero is refused', () => {
  expect(spectrum.options.safeParse({ interval: 0 }).success).toBe(false);
  expect(spectrum.options.safeParse({ tolerance: 0 }).success).toBe(false);
});
