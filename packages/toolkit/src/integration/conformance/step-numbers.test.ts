import { WasmBackend } from '@ganymede/backend-wasm';
import { RandomStream, RandomStreams, type Loss, type Regularizer } from '@ganymede/core';
import { hinge, relativisticPair } from '@ganymede/losses';
import {
  BigGanDiscriminator,
  BigGanGenerator,
  bigganDiscriminatorOptions,
  bigganGeneratorOptions,
} from '@ganymede/models';
import { Adam, ConstantSchedule } from '@ganymede/optimizers';
import {
  Dragan,
  GradientPenalty,
  Lecam,
  OrthogonalRegularizer,
  R1Regularizer,
  R2Regularizer,
} from '@ganymede/regularizers';
import { normal } from '@ganymede/samplers';
import { fromComponent } from '@ganymede/testing';
import { Trainer, type BatchSource, type TrainingRecipe } from '@ganymede/trainer';

const backend = new WasmBackend(1);
beforeAll(() => backend.activate());
afterAll(() => backend.dispose());

const spec = { imageShape: { height: 32, width: 32, channels: 3 }, classes: 3 };
const pixels = 32 * 32 * 3;
const batchSize = 3;

function images(): BatchSource {
  const stream = RandomStream.create(3, 'images');
  const labels = RandomStream.create(4, 'labels');
  return {
    next: () =>
      Promise.resolve({
        images: Uint8Array.from({ length: batchSize * pixels }, () => stream.nextInteger(256)),
        labels: labels.integers(batchSize, spec.classes),
      }),
  };
}

function recipe(
  loss: Loss,
  regularizers: readonly Regularizer[],
  changes: Partial<TrainingRecipe>,
): TrainingRecipe {
  const generator = (): BigGanGenerator =>
    new BigGanGenerator(
      { ...spec, random: RandomStream.create(1, 'generator') },
      bigganGeneratorOptions.parse({ channels: 1, attention: [], latentSize: 8, sharedSize: 4 }),
    );
  return {
    backend,
    precision: 'float32',
    generator: generator(),
    emaGenerator: generator(),
    discriminator: new BigGanDiscriminator(
      { ...spec, random: RandomStream.create(2, 'discriminator') },
      bigganDiscriminatorOptions.parse({ channels: 1, attention: [], dropout: 0.3 }),
    ),
    loss,
    regularizers,
    prior: fromComponent(normal).create(),
    augmentation: null,
    generatorOptimizer: new Adam({ beta2: 0.99 }),
    discriminatorOptimizer: new Adam({ beta1: 0.5, weightDecay: 1e-3, decoupled: true }),
    learningRates: { generator: 1e-3, discriminator: 4e-3 },
    schedule: new ConstantSchedule(),
    batchSize,
    accumulation: 1,
    discriminatorSteps: 2,
    splitDiscriminator: false,
    ema: { decay: 0.5, start: 2 },
    random: new RandomStreams(7),
    ...changes,
  };
}

/** Every number of two steps, and the sums of all weights, their averages and their moments. */
async function numbersOf(made: TrainingRecipe): Promise<Record<string, number>> {
  const trainer = new Trainer(made, images());
  await trainer.advance();
  const { scalars } = await trainer.advance();
  const sums = Object.entries(trainer.variables()).map(([file, variables]) => [
    `sum/${file}`,
    Object.values(variables).reduce(
      (sum, variable) => sum + variable.dataSync<'float32'>().reduce((s, value) => s + Math.abs(value), 0),
      0,
    ),
  ]);
  trainer.dispose();
  return { ...scalars, ...(Object.fromEntries(sums) as Record<string, number>) };
}

/*
 * What a recipe computes is what it computed before the objective was opened to plugins: a change of the trainer that
 * moves one of these numbers makes every published recipe another one. Recorded on the wasm backend before that change,
 * which left every bit as it was; what is allowed is what a kernel that sums in another order does. The last was recorded
 * when pairs came to share a class, as in R3GAN's code.
 */
test.each<[string, () => TrainingRecipe, Record<string, number>]>([
  [
    'hinge',
    () => recipe(fromComponent(hinge).create(), [], {}),
    {
      'D.lossReal': 2.8810513019561768,
      'D.lossFake': 13.55602741241455,
      'D.logitReal': -1.8810514211654663,
      'D.logitFake': 11.933545112609863,
      'D.gradientNorm': 106.76156616210938,
      'G.loss': -17.12886619567871,
      'G.gradientNorm': 104.57864379882812,
      'sum/generator': 405.04694700660184,
      'sum/discriminator': 210.53709229582455,
      'sum/ema': 401.47528506140225,
      'sum/generator-optimizer': 212.89954293763194,
      'sum/discriminator-optimizer': 1314.956336801585,
    },
  ],
  [
    'hinge with penalties on both networks, some at intervals',
    () =>
      recipe(
        fromComponent(hinge).create(),
        [
          new OrthogonalRegularizer(),
          new Lecam({ start: 1 }),
          new GradientPenalty(),
          new Dragan({ interval: 2 }),
          new R1Regularizer({ interval: 2 }),
        ],
        {},
      ),
    {
      'D.lossReal': 0,
      'D.lossFake': 19.730039596557617,
      'D.logitReal': 23.394460678100586,
      'D.logitFake': 18.730039596557617,
      'D.penalty0': 5.548546314239502,
      'D.penalty1': 2.392240285873413,
      'D.gradientNorm': 150.45834350585938,
      'Dreg.penalty0': 0.2998262047767639,
      'Dreg.gradientNorm': 16.447696685791016,
      'Dreg.penalty1': 15.90485954284668,
      'Dreg.gradientNorm1': 186.3410186767578,
      'G.loss': -25.957862854003906,
      'G.penalty0': 0.00018701251246966422,
      'G.gradientNorm': 90.12001037597656,
      'sum/generator': 411.8282969590218,
      'sum/discriminator': 210.3676062686718,
      'sum/ema': 406.98341399108176,
      'sum/generator-optimizer': 101.85241675775012,
      'sum/discriminator-optimizer': 5178.044360304679,
      'sum/regularizers': 62.7372989654541,
    },
  ],
  [
    'a relativistic loss in micro-batches, D in two passes, classes drawn apart',
    () =>
      recipe(
        Object.assign(fromComponent(relativisticPair).create(), { comparesPairs: false }) as Loss,
        [new R1Regularizer({ interval: 2 }), new R2Regularizer({ interval: 3 })],
        { accumulation: 2, splitDiscriminator: true },
      ),
    {
      'D.lossReal': 3.2130621671676636,
      'D.lossFake': 3.2130621671676636,
      'D.logitReal': 2.5682644844055176,
      'D.logitFake': 7.174542188644409,
      'D.gradientNorm': 40.749755859375,
      'Dreg.penalty0': 5.704397201538086,
      'Dreg.gradientNorm': 56.20865249633789,
      'Dreg.penalty1': 4.542277812957764,
      'Dreg.gradientNorm1': 58.347991943359375,
      'G.loss': 2.0998423732817173,
      'G.gradientNorm': 9.599414825439453,
      'sum/generator': 415.1294965574343,
      'sum/discriminator': 212.57984948460944,
      'sum/ema': 410.55751393316314,
      'sum/generator-optimizer': 1.3515140719145509,
      'sum/discriminator-optimizer': 787.2790987984018,
    },
  ],
  [
    'a relativistic loss, whose pairs share a class',
    () =>
      recipe(
        fromComponent(relativisticPair).create(),
        [new R1Regularizer({ interval: 2 }), new R2Regularizer({ interval: 3 })],
        { accumulation: 2, splitDiscriminator: true },
      ),
    {
      'D.lossReal': 5.383967578411102,
      'D.lossFake': 5.383967578411102,
      'D.logitReal': 4.9590703174471855,
      'D.logitFake': 13.724784851074219,
      'D.gradientNorm': 60.21986389160156,
      'Dreg.penalty0': 5.203326225280762,
      'Dreg.gradientNorm': 68.55641174316406,
      'Dreg.penalty1': 2.066943407058716,
      'Dreg.gradientNorm1': 31.62543296813965,
      'G.loss': 10.434959650039673,
      'G.gradientNorm': 16.445499420166016,
      'sum/generator': 413.532889388327,
      'sum/discriminator': 212.92557979289995,
      'sum/ema': 409.8008469657798,
      'sum/generator-optimizer': 6.691893384566927,
      'sum/discriminator-optimizer': 598.899273788732,
    },
  ],
])(
  'the numbers of %s are what they were',
  async (_, make, expected) => {
    const numbers = await numbersOf(make());
    expect(Object.keys(numbers)).toEqual(Object.keys(expected));
    const worst = Object.entries(expected).map(
      ([name, value]) => Math.abs(numbers[name]! - value) / Math.max(Math.abs(value), 1e-3),
    );
    expect(Math.max(...worst)).toBeLessThan(1e-4);
  },
  120_000,
);
