import * as tf from '@tensorflow/tfjs';
import {
  disposeNetwork,
  RandomStream,
  stepScalarNames,
  type Dataset,
  type Loss,
  type RunView,
  type Stabilizer,
  type StabilizerAction,
} from '@ganymede/core';
import { EagerStep } from '@ganymede/core/eager-step';
import type { Subject } from '../subject.js';
import { toyDiscriminatorFactory, toyGeneratorFactory } from '../toy-networks.js';

const kinds = ['continue', 'warn', 'cut', 'stop', 'rollback'];

const imageShape = { height: 4, width: 4, channels: 3 };

const loss: Loss = {
  discriminator: (real, fake) => ({
    real: tf.tidy(() => tf.mean(tf.sub(fake.mean(), real)) as tf.Scalar),
    fake: tf.tidy(() => fake.mean() as tf.Scalar),
  }),
  generator: (fake) => tf.tidy(() => tf.neg(fake.mean()) as tf.Scalar),
};

/** Noise of two classes that take turns. */
function noise(length: number, seed: number): Dataset {
  const size = imageShape.height * imageShape.width * imageShape.channels;
  const pixels = Uint8Array.from(RandomStream.create(seed, 'noise').integers(length * size, 256));
  return {
    name: 'noise',
    imageShape,
    classes: ['even', 'odd'],
    length,
    fingerprint: `noise-${length}-${seed}`,
    report: { skipped: [] },
    labels: () => Int32Array.from({ length }, (_, index) => index % 2),
    read: async (indices) =>
      Uint8Array.from(
        Array.from(indices).flatMap((index) => [...pixels.subarray(index * size, (index + 1) * size)]),
      ),
    close: async () => undefined,
  };
}

/** What the trainer relies on in a stabilizer, shown runs of toy networks with plausible reports. */
export function stabilizerContract(subject: Subject<Stabilizer>): void {
  describe(`${subject.name}: the stabilizer contract`, () => {
    const spec = { imageShape, classes: 2 };
    const generator = toyGeneratorFactory.create({ ...spec, random: RandomStream.create(1, 'generator') });
    const discriminator = toyDiscriminatorFactory.create({
      ...spec,
      random: RandomStream.create(1, 'discriminator'),
    });

    afterAll(() => [generator, discriminator].forEach(disposeNetwork));

    /** The run at its n-th observation; losses move a little from one to the next. */
    const view = (stabilizer: Stabilizer, n: number): RunView => {
      const random = RandomStream.create(n, 'scalars');
      const scalars = Object.fromEntries(
        stepScalarNames.map((name) => [name, 0.5 + 0.1 * random.nextUniform()]),
      );
      return {
        step: n * stabilizer.interval,
        backend: { compile: (step, { name }) => new EagerStep(name, step) },
        generator,
        discriminator,
        loss,
        prior: { sample: (count, size, stream) => stream.normals(count * size) },
        training: noise(64, 1),
        heldOut: noise(16, 2),
        scalars,
        gradientNorms: {
          generator: { 'linear.weight': random.nextUniform() },
          discriminator: { 'linear.weight': random.nextUniform() },
        },
        updateNorms: stabilizer.needsUpdateNorms
          ? { generator: { 'linear.weight': 0.01 }, discriminator: { 'linear.weight': 0.02 } }
          : null,
        evaluation: { step: n * stabilizer.interval - 1, name: 'fid', value: 20, better: 'lower' },
        readings: {},
        rollbacks: 0,
      };
    };
    const made: Stabilizer[] = [];
    const create = (): Stabilizer => {
      const stabilizer = subject.create();
      made.push(stabilizer);
      return stabilizer;
    };
    afterEach(() => {
      for (const stabilizer of made.splice(0)) stabilizer.dispose?.();
    });
    const observe = async (stabilizer: Stabilizer, from: number, to: number): Promise<StabilizerAction[]> => {
      const actions: StabilizerAction[] = [];
      for (let n = from; n < to; n++) actions.push((await stabilizer.observe(view(stabilizer, n))).action);
      return actions;
    };

    test('says how often it looks', () => {
      const { interval } = create();
      expect(Number.isInteger(interval) && interval >= 1).toBe(true);
    });

    test('answers with an action, and with evidence where it acts', async () => {
      for (const action of await observe(create(), 1, 5)) {
        expect(kinds).toContain(action.kind);
        if (action.kind !== 'continue') expect(action.evidence).not.toBe('');
      }
    });

    test('gives events that are JSON', async () => {
      const { event = {} } = await create().observe(view(subject.create(), 1));
      expect(JSON.parse(JSON.stringify(event))).toEqual(event);
    });

    test('frees what it made', async () => {
      const before = tf.memory().numTensors;
      const stabilizer = subject.create();
      await observe(stabilizer, 1, 4);
      stabilizer.dispose?.();
      expect(tf.memory().numTensors).toBe(before);
    });

    test('resumes from its state, through JSON', async () => {
      const stabilizer = create();
      await observe(stabilizer, 1, 4);
      const saved: unknown = JSON.parse(JSON.stringify(stabilizer.state));
      const expected = await observe(stabilizer, 4, 8);

      const resumed = create();
      resumed.restore(saved);
      expect(await observe(resumed, 4, 8)).toEqual(expected);
      expect(JSON.stringify(resumed.state)).toBe(JSON.stringify(stabilizer.state));
    });
  });
}
