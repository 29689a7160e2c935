import * as tf from '@tensorflow/tfjs';
import {
  RandomStream,
  type ComponentDefinition,
  type Generator,
  type ObjectiveSpec,
  type ObjectiveStep,
  type Prior,
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
import { Apa, apa } from './apa.js';
import { auxiliaryClassifier } from './auxiliary-classifier.js';
import { Consistency, consistency } from './consistency.js';
import { conditionalContrast, contrastive } from './contrastive.js';
import { d2dce, dataToData } from './d2dce.js';
import { discriminativeClassifier } from './discriminative-classifier.js';
import { featureMatching } from './feature-matching.js';
import { LatentConsistency, latentConsistency } from './latent-consistency.js';
import { LatentInformation, latentInformation } from './latent-information.js';
import { ModeSeeking, modeSeeking } from './mode-seeking.js';
import { shifted } from './shifted.js';
import { multiHinge, multiHingeLoss } from './multi-hinge.js';
import { TopK, topK } from './top-k.js';
import { twinClassifier } from './twin-classifier.js';

const prior: Prior = { sample: (count, size, random) => random.normals(count * size) };

// Options differ from component to component.

type AnyObjective = ComponentDefinition<'objective', any>;
const all: readonly AnyObjective[] = [
  apa,
  auxiliaryClassifier,
  consistency,
  contrastive,
  d2dce,
  discriminativeClassifier,
  featureMatching,
  latentConsistency,
  latentInformation,
  modeSeeking,
  multiHinge,
  topK,
  twinClassifier,
];
for (const definition of all) {
  componentContract(definition);
  objectiveContract(fromComponent(definition));
}
objectiveContract(fromComponent(consistency, { fake: 10 }));

beforeAll(() => tf.setBackend('cpu'));

/** A step of G(z) = z as an image of 1 by 2, and D(x) = sum of x. */
function plainStep(
  network: 'generator' | 'discriminator',
  z: number[][],
  drawn: Record<string, tf.Tensor>,
): ObjectiveStep {
  const generator = {
    latentSize: 2,
    classes: 1,
    imageShape: { height: 1, width: 2, channels: 1 },
    generate: (x: tf.Tensor2D) => x.reshape([-1, 1, 2, 1]),
  } as unknown as Generator;
  const step = new ToyStep({
    network,
    generator,
    discriminator: { discriminate: (x) => x.sum([1, 2, 3]) as tf.Tensor1D },
    real: tf.tensor4d(
      z.flat().map((value) => value + 1),
      [z.length, 1, 2, 1],
    ),
    realLabels: tf.zeros([z.length], 'int32'),
    fakeLabels: tf.zeros([z.length], 'int32'),
    z: tf.tensor2d(z),
  });
  return Object.assign(step, { draw: (stream: string) => drawn[stream]! });
}

test('zCR: the mean squares of both networks, by hand', () => {
  tf.tidy(() => {
    const moved = {
      'latent-consistency': tf.tensor2d([
        [1, 1],
        [0, 2],
      ]),
    };
    const objective = new LatentConsistency({ radius: 0.5 }).create();
    // Moves of D: 1 and 1; of pixels: 1/2, 1/2, 0, 1.
    const z = [
      [1, 2],
      [3, 4],
    ];
    expectAllclose(objective.discriminator!(plainStep('discriminator', z, moved))['same']!, 20 * 1);
    expectAllclose(objective.generator!(plainStep('generator', z, moved))['apart']!, (-0.5 * 1.5) / 4);
  });
});

test('mode seeking: the ratio of mean distances, by hand', () => {
  tf.tidy(() => {
    const step = plainStep('generator', [[1, 2]], { 'mode-seeking': tf.tensor2d([[3, 2]]) });
    expectAllclose(step.fake.images.flatten(), [1, 2]);
    const halved = Object.assign(step, { generate: () => tf.tensor4d([1, 6], [1, 1, 2, 1]) });
    // Images differ by 0 and 4, latents by 2 and 0.
    expectAllclose(new ModeSeeking({ weight: 3 }).create().generator!(halved)['ratio']!, 3 / (2 / 1 + 1e-5));
  });
});

test('consistency: nothing where D does not feel the move, and mirrors and shifts as they are drawn', () => {
  tf.tidy(() => {
    const step = plainStep('discriminator', [[1, 5]], {
      consistency: tf.tensor2d([[0, 0, 0, 0.5, 0.5, 0.9]]),
    });
    expectAllclose(new Consistency().create().discriminator!(step)['real']!, 0);
    const image = tf.tensor4d([0, 1, 2, 3], [1, 1, 4, 1]);
    const of = (drawn: number[], flip = true): number[] => [
      ...shifted(image, tf.tensor2d([drawn]), { translation: 0.25, flip }).dataSync(),
    ];
    expect(of([0.5, 0.5, 0.9])).toEqual([0, 1, 2, 3]);
    expect(of([0.5, 0.5, 0.1])).toEqual([3, 2, 1, 0]);
    expect(of([0.5, 0.5, 0.1], false)).toEqual([0, 1, 2, 3]);
    expect(of([0.5, 0.99, 0.9])).toEqual([1, 2, 3, 2]);
    expect(of([0.5, 0, 0.9])).toEqual([1, 0, 1, 2]);
  });
});

test('options that contradict each other are refused', () => {
  expect(() => new Consistency({ translation: 0, flip: false })).toThrow(
    expect.objectContaining({ code: 'BAD_OPTION' }),
  );
  expect(() => new Consistency({ real: 0 })).toThrow(expect.objectContaining({ code: 'BAD_OPTION' }));
  const one = { generator: { classes: 1 } } as unknown as ObjectiveSpec;
  for (const definition of [
    auxiliaryClassifier,
    contrastive,
    d2dce,
    discriminativeClassifier,
    multiHinge,
    twinClassifier,
  ] as readonly AnyObjective[])
    expect(() => fromComponent(definition).create().create(one)).toThrow(
      expect.objectContaining({ code: 'OBJECTIVE_NEEDS_CLASSES' }),
    );
});

test('top-k: the gradient of the mean over the k largest, ties and all; the value of the whole batch', () => {
  const change = new TopK({ part: 0.5 }).create().changeFakeLogits!;
  const step = {} as ObjectiveStep;
  tf.tidy(() => {
    const logits = tf.tensor1d([1, 4, -2, 4]);
    const loss = (x: tf.Tensor): tf.Scalar =>
      change(x as tf.Tensor1D, step)
        .square()
        .mean();
    expectAllclose(loss(logits), (1 + 16 + 4 + 16) / 4);
    expectAllclose(tf.grad(loss)(logits), [0, 4, 0, 4]);
    // Of three equal ones the first two.
    expectAllclose(tf.grad(loss)(tf.tensor1d([3, 3, 0, 3])), [3, 3, 0, 0]);
  });
});

test('APA: generated images stand in where the draw is below p, which overfitting moves', () => {
  const instance = new Apa({ initial: 0.5, interval: 1, speed: 10 }).create();
  tf.tidy(() => {
    const step = plainStep(
      'discriminator',
      [
        [1, 2],
        [3, 4],
      ],
      { apa: tf.tensor1d([0.2, 0.7]) },
    );
    expect([...instance.changeReal!(step.real.images, step).dataSync()]).toEqual([1, 2, 4, 5]);
    const { p } = instance.observe!(step) as Record<string, tf.Scalar>;
    // Two images at a speed of ten, both taken for real.
    expectAllclose(p!, 0.7);
  });
  tf.dispose(instance.state!);
});

/** The authors' formula, image by image. */
function dataToDataByHand(f: number[][], v: number[][], labels: number[], m: number, tau: number): number {
  const dot = (a: number[], b: number[]): number => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
  const each = f.map((fi, i) => {
    const positive = Math.max(0, m - dot(fi, v[i]!)) / tau;
    const t = f.map((fj) => (dot(fi, fj) + m - 1) / tau);
    const highest = Math.max(...t.filter((_, j) => j !== i));
    const sum = t.reduce(
      (s, x, j) => s + (labels[j] === labels[i] ? 0 : Math.exp(Math.max(0, x) - highest)),
      0,
    );
    return positive + Math.log(Math.exp(-positive) + sum);
  });
  return each.reduce((a, b) => a + b, 0) / each.length;
}

describe('D2DCE', () => {
  const random = RandomStream.create(4, 'vectors');
  const labels = [0, 1, 2, 1, 0];
  const vectors = (): number[][] =>
    labels.map(() => {
      const row = [...random.normals(3)];
      return row.map((x) => x / Math.hypot(...row));
    });
  const [f, v] = [vectors(), vectors()];
  const of = (x: tf.Tensor, y: tf.Tensor): tf.Scalar =>
    dataToData(x as tf.Tensor2D, y as tf.Tensor2D, tf.tensor1d(labels, 'int32'), {
      temperature: 0.5,
      margin: 0.9,
    });

  test('is the formula of the paper', () => {
    tf.tidy(() =>
      expectAllclose(of(tf.tensor2d(f), tf.tensor2d(v)), dataToDataByHand(f, v, labels, 0.9, 0.5), {
        rtol: 1e-5,
      }),
    );
  });

  test('a batch of one, and of one class, has only what pulls', () => {
    tf.tidy(() => {
      const x = tf.tensor2d([[1, 0]]);
      const value = dataToData(x, tf.tensor2d([[0, 1]]), tf.tensor1d([0], 'int32'), {
        temperature: 0.5,
        margin: 0.9,
      });
      // p + log(exp(-p)) is 0: without others nothing is told apart.
      expectAllclose(value, 0, { atol: 1e-6 });
    });
  });
});

/** A definition's terms where every weight of its heads is one: all logits of an image are equal. */
function termsWithEqualLogits(
  definition: AnyObjective,
  network: 'generator' | 'discriminator',
): Readonly<Record<string, number>> {
  const shape = { height: 4, width: 4, channels: 2 };
  const random = RandomStream.create(6, 'networks');
  const discriminator = new ToyDiscriminator(shape, 2, random);
  const generator = new ToyGenerator(shape, 2, 4, random);
  const instance = fromComponent(definition)
    .create()
    .create({ discriminator, generator, classCounts: null, batchSize: 3, prior, random });
  for (const weight of Object.values(instance.weights!.discriminator!))
    tf.tidy(() => weight.assign(tf.onesLike(weight)));
  const step = new ToyStep({
    network,
    discriminator,
    generator,
    real: tf.ones([3, 4, 4, 2]),
    realLabels: tf.tensor1d([0, 1, 1], 'int32'),
    fakeLabels: tf.tensor1d([0, 1, 1], 'int32'),
    z: tf.zeros([3, 4]),
  });
  const terms = tf.tidy(() =>
    Object.entries(instance[network]!(step)).map(([name, term]) => [name, term.dataSync()[0]!] as const),
  );
  step.dispose();
  return Object.fromEntries(terms);
}

test.each<[string, AnyObjective, Record<string, number>, Record<string, number>]>([
  ['the classifier', auxiliaryClassifier, { classes: Math.log(2) }, { classes: Math.log(2) }],
  [
    'its twin, which G works against',
    twinClassifier,
    { classes: Math.log(2), twin: Math.log(2) },
    { classes: Math.log(2), twin: -Math.log(2) },
  ],
  [
    'the classifier of twice as many classes',
    discriminativeClassifier,
    { real: Math.log(4), fake: Math.log(4) },
    { real: Math.log(4), fake: -Math.log(4) },
  ],
  ['the support vector machine', multiHinge, { real: 1, fake: 1 }, { fake: 0.05 }],
])('%s has the terms of its paper where logits are equal', (_, definition, forD, forG) => {
  for (const [network, expected] of [
    ['discriminator', forD],
    ['generator', forG],
  ] as const) {
    const found = termsWithEqualLogits(definition, network);
    expect(Object.keys(found)).toEqual(Object.keys(expected));
    expectAllclose(Object.values(found), Object.values(expected), { rtol: 1e-5 });
  }
});

test('the multi-hinge is Crammer and Singer’s: margins to the best wrong class, by hand', () => {
  const logits = tf.tensor2d([
    [2, 0.5, -1],
    [0, 1, 3],
    [5, 0, 0],
  ]);
  const labels = tf.tensor1d([0, 1, 0], 'int32');
  // 1 + 0.5 - 2 is below 0; 1 + 3 - 1 = 3; 1 + 0 - 5 is below 0.
  expectAllclose(multiHingeLoss(logits, labels), 3 / 3);
  expectAllclose(
    tf
      .grad((x) => multiHingeLoss(x as tf.Tensor2D, labels))(logits)
      .flatten(),
    [0, 0, 0, 0, -1 / 3, 1 / 3, 0, 0, 0],
  );
});

describe('2C', () => {
  const random = RandomStream.create(14, 'vectors');
  const labels = [0, 1, 2, 1, 0];
  const vectors = (): number[][] =>
    labels.map(() => {
      const row = [...random.normals(3)];
      return row.map((x) => x / Math.hypot(...row));
    });
  const [f, v] = [vectors(), vectors()];

  test.each([1, 0.2])('is the formula of the paper at temperature %d', (t) => {
    const dot = (a: number[], b: number[]): number => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
    const each = f.map((fi, i) => {
      const own = Math.exp(dot(fi, v[i]!) / t);
      const near = f.map((fj, j) => (j === i ? 0 : Math.exp(dot(fi, fj) / t)));
      const same = near.filter((_, j) => labels[j] === labels[i]);
      const sum = (values: number[]): number => values.reduce((a, b) => a + b, own);
      return -Math.log(sum(same) / sum(near));
    });
    const expected = each.reduce((a, b) => a + b, 0) / each.length;
    tf.tidy(() =>
      expectAllclose(
        conditionalContrast(tf.tensor2d(f), tf.tensor2d(v), tf.tensor1d(labels, 'int32'), t),
        expected,
        {
          rtol: 1e-5,
        },
      ),
    );
  });

  test('its gradients agree with differences, and no temperature overflows', () => {
    const inputs = [tf.tensor2d(f), tf.tensor2d(v)];
    expectGradient(
      (x, y) => conditionalContrast(x as tf.Tensor2D, y as tf.Tensor2D, tf.tensor1d(labels, 'int32'), 0.5),
      inputs,
    );
    const cold = tf.tidy(
      () => conditionalContrast(inputs[0]!, inputs[1]!, tf.tensor1d(labels, 'int32'), 0.005).dataSync()[0]!,
    );
    expect(cold).toBeGreaterThan(0);
    expect(Number.isFinite(cold)).toBe(true);
    tf.dispose(inputs);
  });
});

test('codes are guessed from the image: half the mean square, and no more of them than z has', () => {
  // z is zero, and so is every code: what the head says is its error, the same in both networks' steps.
  const [forG, forD] = (['generator', 'discriminator'] as const).map((network) =>
    termsWithEqualLogits(latentInformation, network),
  );
  expect(forG!['codes']).toBeGreaterThan(0);
  expectAllclose([forG!['codes']!], [forD!['codes']!], { rtol: 1e-3 });
  const shape = { height: 4, width: 4, channels: 2 };
  const random = RandomStream.create(6, 'networks');
  const spec = {
    discriminator: new ToyDiscriminator(shape, 2, random),
    generator: new ToyGenerator(shape, 2, 4, random),
    classCounts: null,
    batchSize: 3,
    prior,
    random,
  };
  expect(() => new LatentInformation({ codes: 5 }).create(spec)).toThrow(
    'expected codes of at most 4, the size of z, got 5',
  );
});

test('gradients of the data-to-data loss agree with differences', () => {
  const random = RandomStream.create(9, 'vectors');
  const inputs = [
    tf.tensor2d(
      random.normals(8).map((x) => x / 3),
      [4, 2],
    ),
    tf.tensor2d(
      random.normals(8).map((x) => x / 3),
      [4, 2],
    ),
  ];
  // The largest of each row is a constant to the gradient, so that differences are taken with it held: by moving v alone.
  expectGradient(
    (v) =>
      dataToData(inputs[0] as tf.Tensor2D, v as tf.Tensor2D, tf.tensor1d([0, 1, 0, 1], 'int32'), {
        temperature: 0.5,
        margin: 0.98,
      }),
    [inputs[1]!],
  );
  tf.dispose(inputs);
});
