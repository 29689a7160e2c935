import {
  sidesOf,
  defineComponent,
  GanymedeError,
  RandomStream,
  type Backend,
  type Dataset,
  type DatasetSource,
  type Generator,
  type GeneratorFactory,
  type Loss,
  type NamedVariables,
  type Optimizer,
  type Prior,
  type Regularizer,
  type Schedule,
  type Truncation,
} from '@ganymede/core';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { fromComponent, type Subject } from '../subject.js';
import { ToyGenerator, toyDiscriminatorFactory, toyGeneratorFactory } from '../toy-networks.js';
import { backendContract } from './backend.js';
import { componentContract } from './component.js';
import { datasetContract } from './dataset.js';
import { discriminatorContract } from './discriminator.js';
import { generatorContract } from './generator.js';
import { lossContract } from './loss.js';
import { optimizerContract } from './optimizer.js';
import { regularizerContract } from './regularizer.js';
import { failuresOf } from './record.js';
import { priorContract, truncationContract } from './sampling.js';
import { scheduleContract } from './schedule.js';

const small = { resolution: 4, channels: 2, classes: 3 };

const squares: Loss = {
  discriminator: (real, fake) => ({
    real: tf.tidy(() => real.sub(1).square().mean() as tf.Scalar),
    fake: tf.tidy(() => fake.square().mean() as tf.Scalar),
  }),
  generator: (fake) => tf.tidy(() => fake.sub(1).square().mean() as tf.Scalar),
};

const gradientDescent: Optimizer = {
  create: () => ({
    state: {},
    apply(weights, gradients, learningRate) {
      for (const [name, gradient] of Object.entries(gradients)) {
        tf.tidy(() => weights[name]!.assign(weights[name]!.sub(gradient.mul(learningRate))));
      }
    },
    dispose: () => undefined,
  }),
};

const weightDecay: Regularizer = {
  network: 'generator',
  interval: 1,
  penalty: ({ weights }) =>
    tf.tidy(() => tf.addN(Object.values(weights).map((weight) => weight.square().sum())) as tf.Scalar),
};

const normal: Prior = { sample: (count, size, random) => random.normals(count * size) };
const halved: Truncation = {
  convention: 'std',
  sample: (count, size, random) => random.normals(count * size).map((value) => value / 2),
};
const decay: Schedule = { factor: (step) => 1 / (1 + step) };

/** tfjs's own CPU backend, steps run eagerly. */
const cpu: Backend = {
  async activate() {
    await tf.setBackend('cpu');
    return { name: 'cpu', device: 'cpu', library: `tfjs ${tf.version.tfjs}`, threads: 1 };
  },
  compile: (step) => ({
    run: async (inputs) => tf.tidy(() => step(inputs)),
    dispose: () => undefined,
  }),
  dispose: () => undefined,
};

function stripes(mutate: (dataset: Dataset) => Dataset = (dataset) => dataset): DatasetSource {
  return {
    async open({ resolution, channels }) {
      const { height, width } = sidesOf(resolution);
      const size = height * width * channels;
      const images = Array.from({ length: 5 }, (_, i) =>
        new Uint8Array(size).map((__, j) => (i + 1) * (j % 7)),
      );
      return mutate({
        name: 'stripes',
        imageShape: { height, width, channels },
        classes: ['a', 'b'],
        length: 5,
        fingerprint: 'stripes-5-images',
        report: { skipped: [] },
        labels: () => Int32Array.of(0, 1, 0, 1, 0),
        async read(indices) {
          const out = new Uint8Array(indices.length * size);
          Array.from(indices).forEach((index, row) => {
            const image = images[index];
            if (!image)
              throw new GanymedeError('BAD_INDEX', `stripes: expected an index below 5, got ${index}`, {
                kind: 'failed',
              });
            out.set(image, row * size);
          });
          return out;
        },
        close: async () => undefined,
      });
    },
  };
}

const context = { cacheFolder: '', resolution: 8, channels: 3, strict: true } as const;

const component = defineComponent({
  slot: 'prior',
  id: 'scaled-normal',
  summary: 'A normal prior of given scale.',
  cites: ['arXiv:1809.11096'],
  options: z.strictObject({ scale: z.number().positive().default(1).describe('standard deviation') }),
  create: ({ scale }) => ({
    sample: (count, size, random) => random.normals(count * size).map((value) => value * scale),
  }),
});

componentContract(component);
priorContract(fromComponent(component, { scale: 2 }));
lossContract({ name: 'squares', create: () => squares });
optimizerContract({ name: 'gradient descent', create: () => gradientDescent });
regularizerContract({ name: 'weight decay', create: () => weightDecay });
priorContract({ name: 'normal', create: () => normal });
truncationContract({ name: 'halved', create: () => halved });
scheduleContract({ name: 'decay', create: () => decay });
generatorContract({ name: 'toy', create: () => toyGeneratorFactory }, small);
discriminatorContract({ name: 'toy', create: () => toyDiscriminatorFactory }, small);
datasetContract({ name: 'stripes', create: () => stripes() }, context);
backendContract({ name: 'tfjs cpu', create: () => cpu });

describe('fromComponent', () => {
  test('fills defaults and refuses options that do not fit', () => {
    expect(fromComponent(component).name).toBe('prior scaled-normal');
    expect(fromComponent(component, { scale: 2 }).name).toBe('prior scaled-normal {"scale":2}');
    const sample = fromComponent(component, { scale: 2 }).create().sample(1, 3, RandomStream.create(1, 'z'));
    expect(sample).toEqual(
      RandomStream.create(1, 'z')
        .normals(3)
        .map((value) => 2 * value),
    );
    expect(() => fromComponent(component, { scale: -1 }).create()).toThrow('scale');
  });
});

/** A contract must fail on components that break it: each row breaks one promise and names the test that notices. */
describe('contracts notice', () => {
  const subject = <T>(value: T): Subject<T> => ({ name: 'broken', create: () => value });
  const loss =
    (broken: Partial<Loss>): (() => void) =>
    () =>
      lossContract(subject({ ...squares, ...broken }));
  const generator = (change: (made: Generator) => Generator): (() => void) => {
    const factory: GeneratorFactory = { create: (spec) => change(toyGeneratorFactory.create(spec)) };
    return () => generatorContract(subject(factory), small);
  };
  const optimizer =
    (
      apply: (weights: NamedVariables, gradients: Record<string, tf.Tensor>, rate: tf.Scalar) => void,
    ): (() => void) =>
    () =>
      optimizerContract(
        subject<Optimizer>({ create: () => ({ state: {}, apply, dispose: () => undefined }) }),
      );
  const dataset =
    (mutate: (dataset: Dataset) => Dataset): (() => void) =>
    () =>
      datasetContract(subject(stripes(mutate)), context);
  const backend =
    (broken: Partial<Backend>): (() => void) =>
    () =>
      backendContract(subject({ ...cpu, ...broken }));

  test.each<[string, () => void, RegExp]>([
    [
      'a loss with the sign turned',
      loss({ generator: (fake) => tf.tidy(() => fake.mean() as tf.Scalar) }),
      /raising the logits/,
    ],
    [
      'a loss that leaks',
      loss({ generator: (fake) => fake.sub(1).square().mean() as tf.Scalar }),
      /leaks nothing/,
    ],
    [
      'a loss that is not a scalar',
      loss({ generator: (fake) => tf.tidy(() => fake.neg().expandDims(0) as unknown as tf.Scalar) }),
      /scalars/,
    ],
    ['a loss that goes on without real logits', loss({ needsReal: true }), /refuses to go without/],
    [
      'a prior of the wrong size',
      () => priorContract(subject({ ...normal, sample: (count: number) => new Float32Array(count) })),
      /numbers/,
    ],
    [
      'a prior with randomness of its own',
      () =>
        priorContract(
          subject<Prior>({
            sample: (c, s) =>
              RandomStream.create(Number(process.hrtime.bigint() % 1000000n), '').normals(c * s),
          }),
        ),
      /stream alone/,
    ],
    [
      'a prior that is constant',
      () => priorContract(subject<Prior>({ sample: (c, s) => new Float32Array(c * s) })),
      /varies/,
    ],
    [
      'a truncation without a convention',
      () => truncationContract(subject({ ...halved, convention: '' })),
      /convention/,
    ],
    [
      'a schedule with state',
      () => {
        let n = 0;
        scheduleContract(subject<Schedule>({ factor: () => ++n }));
      },
      /step alone/,
    ],
    [
      'a negative schedule',
      () => scheduleContract(subject<Schedule>({ factor: (step) => 1 - step })),
      /not negative/,
    ],
    [
      'an optimizer that climbs',
      optimizer((w, g, rate) => {
        for (const n in g) tf.tidy(() => w[n]!.assign(w[n]!.add(g[n]!.mul(rate))));
      }),
      /downhill/,
    ],
    [
      'an optimizer that reads',
      optimizer((w, g, rate) => {
        for (const n in g) tf.tidy(() => w[n]!.assign(w[n]!.sub(g[n]!.mul(rate.dataSync()[0]!))));
      }),
      /no value on the host/,
    ],
    [
      'an optimizer that leaks',
      optimizer((w, g, rate) => {
        for (const n in g) w[n]!.assign(w[n]!.sub(g[n]!.mul(rate)));
      }),
      /leaks nothing/,
    ],
    [
      'a regularizer without a gradient',
      () => regularizerContract(subject<Regularizer>({ ...weightDecay, penalty: () => tf.scalar(1) })),
      /gradient/,
    ],
    [
      'a generator out of range',
      generator((made) => ({
        ...made,
        classes: 3,
        latentSize: 4,
        generate: (zz, y, c) => tf.tidy(() => made.generate(zz, y, c).mul(2)),
      })),
      /\[-1, 1\]/,
    ],
    [
      'a generator that ignores the class',
      generator((made) => ({
        ...made,
        generate: (zz, y, c) => tf.tidy(() => made.generate(zz, tf.zerosLike(y), c)),
      })),
      /on the class/,
    ],
    [
      'a generator that takes labels alone',
      generator((made) => ({
        ...made,
        generate: (zz, y, c) =>
          made.generate(zz, y.rank === 2 ? (tf.zeros([4], 'int32') as tf.Tensor1D) : y, c),
      })),
      /mixtures of classes/,
    ],
    [
      'a generator whose evaluation moves state',
      generator((made) => ({
        ...made,
        generate: (zz, y, c) => made.generate(zz, y, { ...c, updateState: true }),
      })),
      /evaluation moves nothing/,
    ],
    [
      'a generator with a weight that is not used',
      generator((made) =>
        Object.assign(new ToyGenerator(made.imageShape, 3, 4, RandomStream.create(1, '')), {
          children: { unused: { weights: { w: tf.variable(tf.scalar(1)) } } },
        }),
      ),
      /connected/,
    ],
    [
      'a dataset with labels outside',
      dataset((d) => ({ ...d, labels: () => Int32Array.of(0, 1, 2, 0, 1) })),
      /labels every image/,
    ],
    [
      'a dataset that ignores the order',
      dataset((d) => ({ ...d, read: (i) => d.read(Array.from(i).sort()) })),
      /order/,
    ],
    [
      'a dataset that hands out its own bytes',
      dataset((d) => {
        const shared = d.read([0]);
        return { ...d, read: async (i) => (i.length === 1 && i[0] === 0 ? shared : d.read(i)) };
      }),
      /overwrite/,
    ],
    [
      'a backend that captures variables',
      backend({
        compile: (step) => {
          let first: Promise<Record<string, tf.Tensor>> | null = null;
          return {
            run: async (inputs) => {
              first ??= Promise.resolve(step(inputs));
              return Object.fromEntries(Object.entries(await first).map(([n, t]) => [n, t.clone()]));
            },
            dispose: () => undefined,
          };
        },
      }),
      /read afresh/,
    ],
    [
      'a backend that leaks',
      backend({ compile: (step) => ({ run: async (inputs) => step(inputs), dispose: () => undefined }) }),
      /keeps no tensors/,
    ],
  ])('%s', async (_, contract, expected) => {
    const failures = await failuresOf(contract);
    expect(failures.map(({ name }) => name).join('\n')).toMatch(expected);
  });

  test('nothing where nothing is wrong', async () => {
    expect(await failuresOf(() => lossContract(subject(squares)))).toEqual([]);
    expect(await failuresOf(() => generatorContract(subject(toyGeneratorFactory), small))).toEqual([]);
  });
});
