import * as tf from '@tensorflow/tfjs';
import { disposeNetwork, RandomStream, type Backend, type Dataset, type Generator } from '@ganymede/core';
import { EagerStep } from '@ganymede/core/eager-step';
import {
  componentContract,
  fromComponent,
  stabilizerContract,
  toyDiscriminatorFactory,
  toyGeneratorFactory,
} from '@ganymede/testing';
import { Probe, probe, type ProbeEvent } from './index.js';

const backend: Pick<Backend, 'compile'> = { compile: (step, { name }) => new EagerStep(name, step) };
const imageShape = { height: 4, width: 4, channels: 3 };
const spec = { imageShape, classes: 2 };
const prior = { sample: (count: number, size: number, random: RandomStream) => random.normals(count * size) };

beforeAll(() => tf.setBackend('cpu'));

componentContract(probe);
stabilizerContract(fromComponent(probe));
stabilizerContract(fromComponent(probe, { classes: 1, perClass: 2, interval: 3 }));

/** Every pixel of image i is `value(i)`; classes take turns. */
function flat(length: number, value: (index: number) => number): Dataset {
  return {
    name: 'flat',
    imageShape,
    classes: ['even', 'odd'],
    length,
    fingerprint: 'flat',
    report: { skipped: [] },
    labels: () => Int32Array.from({ length }, (_, i) => i % 2),
    read: async (indices) =>
      Uint8Array.from(Array.from(indices).flatMap((i) => Array.from({ length: 48 }, () => value(i)))),
    close: async () => undefined,
  };
}

const make = () => ({
  generator: toyGeneratorFactory.create({ ...spec, random: RandomStream.create(1, 'generator') }),
  discriminator: toyDiscriminatorFactory.create({ ...spec, random: RandomStream.create(1, 'discriminator') }),
});

async function look(
  training: Dataset,
  heldOut: Dataset | null,
  change: (generator: Generator) => void = () => undefined,
): Promise<ProbeEvent['probe']> {
  const networks = make();
  change(networks.generator);
  const stabilizer = new Probe(1, 2, 4);
  const { event } = await stabilizer.observe({ backend, ...networks, prior, training, heldOut });
  stabilizer.dispose();
  Object.values(networks).forEach(disposeNetwork);
  return (event as unknown as ProbeEvent).probe;
}

test("D's outputs on the very images, in the classes that they have", async () => {
  const training = flat(8, (i) => 30 * i);
  const found = await look(
    training,
    flat(3, () => 200),
  );
  const { generator, discriminator } = make();
  const expected = tf.tidy(() => {
    const order = [0, 2, 4, 6, 1, 3, 5, 7];
    const images = (values: number[]): tf.Tensor4D =>
      tf.stack(values.map((value) => tf.fill([4, 4, 3], value / 127.5 - 1))) as tf.Tensor4D;
    const labels = tf.tensor1d([0, 0, 0, 0, 1, 1, 1, 1], 'int32');
    const judge = (x: tf.Tensor4D, y: tf.Tensor1D): number =>
      tf
        .mean(discriminator.discriminate(x, y, { statistics: 'batch', updateState: false }))
        .arraySync() as number;
    const z = tf.tensor2d(prior.sample(8, 4, RandomStream.create(0, 'probe')), [8, 4]);
    return {
      logitReal: judge(images(order.map((i) => 30 * i)), labels),
      logitHeldOut: judge(images([200, 200, 200]), tf.tensor1d([0, 1, 0], 'int32')),
      logitFake: judge(generator.generate(z, labels, { statistics: 'batch', updateState: false }), labels),
    };
  });
  for (const [name, value] of Object.entries(expected))
    expect(found[name as keyof typeof expected]).toBeCloseTo(value, 4);
  expect(found.byClass!.map((one) => one.class)).toEqual(['even', 'odd']);
  disposeNetwork(generator);
  disposeNetwork(discriminator);
});

test('without held-out images there is no output on them', async () => {
  expect(
    Object.keys(
      await look(
        flat(8, (i) => i),
        null,
      ),
    ).sort(),
  ).toEqual(['between', 'byClass', 'directions', 'logitFake', 'logitReal', 'nearest', 'spread']);
});

test('a generator that ignores its latents has no spread', async () => {
  const training = flat(8, (i) => 30 * i);
  const ignoring = await look(training, null, ({ weights }) =>
    tf.tidy(() => weights!['linear.weight']!.assign(tf.zeros([4, 48]))),
  );
  expect(ignoring.spread).toBeLessThan(1e-3);
  expect((await look(training, null)).spread).toBeGreaterThan(0.1);
});

test('a class of too few images cannot be compared within', async () => {
  const found = await look(
    flat(6, (i) => i),
    null,
  );
  expect(found.spread).toBeUndefined();
  expect(found.logitReal).toEqual(expect.any(Number));
});

test('of small classes as many images are compared as they have', async () => {
  const observe = async (length: number): Promise<ProbeEvent['probe']> => {
    const networks = make();
    const stabilizer = new Probe(1, 2, 8);
    const training = flat(length, (i) => 20 * i);
    const { event } = await stabilizer.observe({ backend, ...networks, prior, training, heldOut: null });
    stabilizer.dispose();
    Object.values(networks).forEach(disposeNetwork);
    return (event as unknown as ProbeEvent).probe;
  };
  const found = await observe(11); // 6 even ones, 5 odd ones
  expect(found.byClass!.map((one) => one.class)).toEqual(['even', 'odd']);
  expect((await observe(8)).spread).toBeGreaterThan(0);
  expect((await observe(7)).spread).toBeUndefined(); // 3 odd ones
});

test('a class whose images are all the same has no variety to lose; the others have', async () => {
  // Even images are one and the same, odd ones differ.
  const found = await look(
    flat(8, (i) => (i % 2 === 0 ? 90 : 30 * i)),
    null,
  );
  expect(found.byClass![0]).toEqual({ class: 'even' });
  expect(found.byClass![1]).toEqual({
    class: 'odd',
    spread: expect.any(Number),
    nearest: expect.any(Number),
    directions: expect.any(Number),
  });
  expect(Number.isFinite(found.spread)).toBe(true);
});

test('of data that are one image nothing is relative', async () => {
  const found = await look(
    flat(8, () => 90),
    null,
  );
  expect(found).toEqual({
    logitReal: expect.any(Number),
    logitFake: expect.any(Number),
    byClass: [{ class: 'even' }, { class: 'odd' }],
  });
});

test('of more classes than are looked at every part of the list is seen', async () => {
  const classes = Array.from({ length: 12 }, (_, i) => `class ${i}`);
  const many: Dataset = {
    ...flat(48, (i) => 5 * i),
    classes,
    labels: () => Int32Array.from({ length: 48 }, (_, i) => i % 12),
  };
  const twelve = { ...spec, classes: 12 };
  const networks = {
    generator: toyGeneratorFactory.create({ ...twelve, random: RandomStream.create(1, 'generator') }),
    discriminator: toyDiscriminatorFactory.create({
      ...twelve,
      random: RandomStream.create(1, 'discriminator'),
    }),
  };
  const stabilizer = new Probe(1, 5, 2);
  const { event } = await stabilizer.observe({ backend, ...networks, prior, training: many, heldOut: null });
  const { byClass } = (event as unknown as ProbeEvent).probe;
  expect(byClass!.map((one) => one.class)).toEqual(['class 0', 'class 2', 'class 4', 'class 7', 'class 9']);
  stabilizer.dispose();
  Object.values(networks).forEach(disposeNetwork);
});
