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
import { clamp, Clamp, Spectrum, type ClampTarget, type SpectrumEvent } from './index.js';

const backend: Pick<Backend, 'compile'> = { compile: (step, { name }) => new EagerStep(name, step) };
const spec = { imageShape: { height: 4, width: 4, channels: 3 }, classes: 2 };
const networks = () => ({
  generator: toyGeneratorFactory.create({ ...spec, random: RandomStream.create(1, 'generator') }),
  discriminator: toyDiscriminatorFactory.create({ ...spec, random: RandomStream.create(1, 'discriminator') }),
});

beforeAll(() => tf.setBackend('cpu'));

componentContract(clamp);
stabilizerContract(fromComponent(clamp));
stabilizerContract(fromComponent(clamp, { sigma: 0.5, network: 'discriminator', interval: 1 }));

async function spectraOf(watched: ReturnType<typeof networks>): Promise<SpectrumEvent['spectrum']> {
  const stabilizer = new Spectrum(1, 1e-4);
  const gradientNorms = { generator: {}, discriminator: {} };
  const { event } = await stabilizer.observe({ backend, ...watched, gradientNorms, updateNorms: null });
  stabilizer.dispose();
  return (event as unknown as SpectrumEvent).spectrum;
}

async function clamped(
  target: ClampTarget,
  network: 'generator' | 'discriminator' = 'generator',
): Promise<{
  readonly before: SpectrumEvent['spectrum'];
  readonly after: SpectrumEvent['spectrum'];
  readonly event: Record<string, unknown> | undefined;
}> {
  const watched = networks();
  const before = await spectraOf(watched);
  const stabilizer = new Clamp(target, network);
  const { action, event } = await stabilizer.observe({ backend, ...watched });
  stabilizer.dispose();
  expect(action).toEqual({ kind: 'continue' });
  const after = await spectraOf(watched);
  Object.values(watched).forEach(disposeNetwork);
  return { before, after, event };
}

test('a ratio: sigma_0 becomes r sigma_1, the others stay', async () => {
  const { before, after, event } = await clamped({ ratio: 1.01 });
  for (const [name, [first, second, third]] of Object.entries(before['generator']!)) {
    const to = Math.min(first!, 1.01 * second!);
    expectAllclose(after['generator']![name]!, [to, second!, third!], { rtol: 1e-3 });
    expect(first! / second!).toBeGreaterThan(1.02);
    expect((event!['clamped'] as any).generator[name]).toEqual({
      from: expect.closeTo(first!, 3),
      to: expect.closeTo(to, 3),
    });
  }
  expect(after['discriminator']).toEqual(before['discriminator']);
});

test('a value: no matrix keeps a larger one, smaller ones are left alone', async () => {
  const { before, after } = await clamped({ value: 2.2 });
  const [linear, embedding] = ['linear.weight', 'embedding.weight'] as const;
  expect(before['generator']![linear]![0]).toBeGreaterThan(2.2);
  expect(after['generator']![linear]![0]!).toBeLessThanOrEqual(
    Math.max(2.2, before['generator']![linear]![1]!) + 1e-3,
  );
  const first = before['generator']![embedding]![0]!;
  if (first < 2.2) expect(after['generator']![embedding]).toEqual(before['generator']![embedding]);
});

test("D's weights where they are asked for; a matrix of rank one keeps its ratio", async () => {
  const { before, after, event } = await clamped({ ratio: 1 }, 'discriminator');
  expect(after['generator']).toEqual(before['generator']);
  expectAllclose(after['discriminator']!['linear.weight']!, before['discriminator']!['linear.weight']!);
  const [first, second] = after['discriminator']!['conv.weight']!;
  expectAllclose(first!, second!, { rtol: 1e-3 });
  expect(Object.keys((event!['clamped'] as any).discriminator)).not.toContain('linear.weight');
});

test('nothing to clamp is no event, and changes nothing', async () => {
  const { before, after, event } = await clamped({ value: 100 });
  expect(event).toBeUndefined();
  expect(after).toEqual(before);
});

test('a weight of NaN is left to those who watch for it', async () => {
  const watched = networks();
  tf.tidy(() => watched.generator.weights!['linear.weight']!.assign(tf.fill([4, 48], Number.NaN)));
  const stabilizer = new Clamp({ value: 1e-3 });
  const { event } = await stabilizer.observe({ backend, ...watched });
  expect(Object.keys((event!['clamped'] as any).generator)).toEqual(['embedding.weight']);
  stabilizer.dispose();
  Object.values(watched).forEach(disposeNetwork);
});

test.each([{ sigma: 0 }, { sigma: -1 }, { ratio: 0.9 }, { interval: 0 }])('%p is refused', (options) => {
  expect(clamp.options.safeParse(options).success).toBe(false);
});
