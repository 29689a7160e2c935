import * as tf from '@tensorflow/tfjs';
import {
  RandomStream,
  RandomStreams,
  type Backend,
  type Discriminator,
  type Loss,
  type Objective,
  type ObjectiveInstance,
  type ObjectiveStep,
  type Optimizer,
  type Prior,
  type Regularizer,
  type Augmentation,
} from '@ganymede/core';
import { EagerStep } from '@ganymede/core/eager-step';
import { ScheduledNumber } from '@ganymede/core/scheduled-number';
import { expectAllclose, ToyDiscriminator, ToyGenerator } from '@ganymede/testing';
import { Trainer } from './trainer.js';
import type { BatchSource, NamedObjective, TrainingRecipe } from './recipe.js';

const imageShape = { height: 4, width: 4, channels: 2 };
const pixels = 32;
const batchSize = 3;

const eager: Backend = {
  activate: () => Promise.resolve({ name: 'cpu', device: 'cpu', library: 'tfjs', threads: 1 }),
  compile: (step, { name }) => new EagerStep(name, step),
  dispose: () => undefined,
};

const wasserstein: Loss = {
  discriminator: (real, fake) => ({ real: tf.neg(tf.mean(real)), fake: tf.mean(fake) }),
  generator: (fake) => tf.neg(tf.mean(fake)),
};

const gradientDescent: Optimizer = {
  create: () => ({
    state: {},
    apply: (weights, gradients, learningRate) => {
      for (const [name, gradient] of Object.entries(gradients))
        weights[name]!.assign(weights[name]!.sub(gradient.mul(learningRate)) as tf.Tensor);
    },
    dispose: () => undefined,
  }),
};

const batches = (): BatchSource => {
  const random = RandomStream.create(3, 'images');
  return {
    next: () =>
      Promise.resolve({
        images: Uint8Array.from({ length: batchSize * pixels }, () => random.nextInteger(256)),
        labels: random.integers(batchSize, 2),
      }),
  };
};

function recipe(changes: Partial<TrainingRecipe> = {}): TrainingRecipe {
  const generator = (): ToyGenerator =>
    new ToyGenerator(imageShape, 2, 4, RandomStream.create(1, 'generator'));
  return {
    backend: eager,
    precision: 'float32',
    generator: generator(),
    emaGenerator: null,
    discriminator: new ToyDiscriminator(imageShape, 2, RandomStream.create(2, 'discriminator')),
    loss: wasserstein,
    regularizers: [],
    prior: { sample: (count, size, random) => random.normals(count * size) },
    augmentation: null,
    generatorOptimizer: gradientDescent,
    discriminatorOptimizer: gradientDescent,
    learningRates: { generator: 0.1, discriminator: 0.1 },
    schedule: { factor: () => 1 },
    batchSize,
    accumulation: 1,
    discriminatorSteps: 1,
    splitDiscriminator: false,
    ema: { decay: 0, start: 0 },
    random: new RandomStreams(7),
    ...changes,
  };
}

const objective = (instance: ObjectiveInstance): Objective => ({ create: () => instance });
const named = (instance: ObjectiveInstance, name = 'trick'): NamedObjective[] => [
  { name, objective: objective(instance) },
];
const snapshot = (trainer: Trainer): Record<string, number[]> =>
  Object.fromEntries(
    Object.entries(trainer.variables()).flatMap(([file, variables]) =>
      Object.entries(variables).map(([name, one]) => [`${file}/${name}`, [...one.dataSync()]]),
    ),
  );

beforeAll(() => tf.setBackend('cpu'));

test('terms are added to both losses and stand among the numbers of the step', async () => {
  const size = (step: ObjectiveStep): Record<string, tf.Scalar> => ({
    size: tf.tidy(
      () => tf.addN(Object.values(step.weights).map((one) => one.square().sum())).mul(0.01) as tf.Scalar,
    ),
  });
  const plain = new Trainer(recipe(), batches());
  const before = snapshot(plain);
  await plain.advance();
  const held = new Trainer(
    recipe({ objectives: named({ discriminator: size, generator: size }) }),
    batches(),
  );
  const { scalars } = await held.advance();
  expect(Object.keys(scalars)).toEqual(expect.arrayContaining(['D.trick.size', 'G.trick.size']));
  // The gradient of 0.01 w^2 moves a weight by 0.1 * 0.02 w beside the loss's; the first update is D's.
  const name = 'discriminator/conv.weight';
  expectAllclose(
    snapshot(held)[name]!.map((value, i) => value - snapshot(plain)[name]![i]!),
    before[name]!.map((value) => -0.1 * 0.02 * value),
    { rtol: 1e-3, atol: 1e-6 },
  );
});

test('heads train with their network, are kept, and are restored', async () => {
  const head = (): { instance: ObjectiveInstance; weight: tf.Variable } => {
    const weight = tf.tidy(() => tf.variable(tf.zeros([4, 2])));
    const crossEntropy = ({ real }: ObjectiveStep): Record<string, tf.Scalar> => ({
      classes: tf.tidy(() =>
        tf.losses.softmaxCrossEntropy(tf.oneHot(real.labels, 2), real.features.matMul(weight as tf.Tensor2D)),
      ),
    });
    return {
      weight,
      instance: { weights: { discriminator: { weight } }, needs: ['features'], discriminator: crossEntropy },
    };
  };
  const { instance, weight } = head();
  const trainer = new Trainer(recipe({ objectives: named(instance) }), batches());
  const losses: number[] = [];
  for (let i = 0; i < 3; i++) losses.push((await trainer.advance()).scalars['D.trick.classes']!);
  expect(losses[0]).toBeCloseTo(Math.log(2), 5);
  expect(weight.abs().sum().dataSync()[0]).toBeGreaterThan(0);
  expect(Object.keys(trainer.variables()['objectives']!)).toEqual(['trick.weight']);
  expect((await trainer.advance()).gradientNorms.discriminator['trick.weight']).toBeGreaterThan(0);
});

test('what a reader declares is there: features, a real batch for G, draws of a stream once', async () => {
  const seen: Record<string, unknown>[] = [];
  const draws = () => [{ stream: 'epsilon', distribution: 'normal', shape: 'latent' } as const];
  const looking: ObjectiveInstance = {
    needs: ['realForGenerator', 'features'],
    draws,
    observe: (step) => {
      seen.push({
        network: step.network,
        features: step.fake.features.shape,
        real: step.real.images.shape,
        epsilon: [...step.draw('epsilon').dataSync()],
      });
    },
  };
  const random = new RandomStreams(7);
  const other: ObjectiveInstance = {
    draws,
    observe: (step) => void seen.push({ epsilon: [...step.draw('epsilon').dataSync()] }),
  };
  const objectives = [
    { name: 'one', objective: objective(looking) },
    { name: 'two', objective: objective(other) },
  ];
  await new Trainer(recipe({ objectives, random }), batches()).advance();
  expect(seen.map(({ network }) => network)).toEqual(['discriminator', undefined, 'generator', undefined]);
  expect(seen[0]).toMatchObject({ features: [batchSize, 4], real: [batchSize, 4, 4, 2] });
  expect(seen[2]).toMatchObject({ features: [batchSize, 4], real: [batchSize, 4, 4, 2] });
  expect(seen[0]!['epsilon']).toEqual(seen[1]!['epsilon']);
  expect(seen[0]!['epsilon']).not.toEqual(seen[2]!['epsilon']);
});

test('latents of an objective are those of the prior', async () => {
  const drawn: number[] = [];
  const prior: Prior = { sample: (count, size) => new Float32Array(count * size).fill(0.25) };
  const drawing: ObjectiveInstance = {
    draws: () => [{ stream: 'other', distribution: 'prior', shape: 'latent' }],
    observe: (step) => void drawn.push(...step.draw('other').dataSync()),
  };
  await new Trainer({ ...recipe({ objectives: named(drawing) }), prior }, batches()).advance();
  expect(drawn.length).toBeGreaterThan(0);
  expect(new Set(drawn)).toEqual(new Set([0.25]));
  const misshapen: ObjectiveInstance = {
    draws: () => [{ stream: 'other', distribution: 'prior', shape: 'image' }],
  };
  await expect(
    new Trainer(recipe({ objectives: named(misshapen) }), batches()).advance(),
  ).rejects.toMatchObject({
    code: 'BAD_OPTION',
    message: expect.stringContaining('shape latent'),
  });
});

test('what is not declared is refused by name', async () => {
  const advance = (instance: ObjectiveInstance): Promise<unknown> =>
    new Trainer(recipe({ objectives: named(instance) }), batches()).advance();
  await expect(advance({ observe: (step) => void step.draw('epsilon') })).rejects.toMatchObject({
    code: 'STREAM_NOT_DRAWN',
  });
  await expect(advance({ generator: (step) => ({ x: step.real.logits.mean() }) })).rejects.toMatchObject({
    code: 'STEP_WITHOUT_REAL',
  });
});

test('an objective named twice, two that draw labels, and features that are not shown stop before training', () => {
  const make = (changes: Partial<TrainingRecipe>): Trainer => new Trainer(recipe(changes), batches());
  const twice = [...named({}), ...named({})];
  expect(() => make({ objectives: twice })).toThrow(
    expect.objectContaining({ code: 'OBJECTIVE_NAMED_TWICE' }),
  );
  const labels = (count: number): Int32Array => new Int32Array(count);
  expect(() => make({ objectives: [...named({ labels }, 'a'), ...named({ labels }, 'b')] })).toThrow(
    expect.objectContaining({ code: 'OBJECTIVES_CLASH' }),
  );
  const discriminator: Discriminator = { discriminate: () => tf.zeros([1]) as tf.Tensor1D };
  expect(() => make({ discriminator, objectives: named({ needs: ['features'] }) })).toThrow(
    expect.objectContaining({ code: 'OBJECTIVE_NEEDS_FEATURES' }),
  );
  expect(() => make({ discriminator, objectives: named({ needs: ['maps'] }) })).toThrow(
    expect.objectContaining({ code: 'OBJECTIVE_NEEDS_MAPS' }),
  );
});

test('maps come out of the pass of the loss, with the gradient to images and without, real and fake apart', async () => {
  const run = async (needs: ObjectiveInstance['needs'], splitDiscriminator: boolean): Promise<number[]> => {
    const passes: number[] = [];
    const discriminator = new ToyDiscriminator(imageShape, 2, RandomStream.create(2, 'discriminator'));
    const { maps } = discriminator.features;
    const counted: Discriminator = Object.assign(discriminator, {
      features: {
        ...discriminator.features,
        maps: {
          ...maps!,
          extract: (...call: Parameters<NonNullable<typeof maps>['extract']>) => {
            passes.push(call[0].shape[0]);
            return maps!.extract(...call);
          },
        },
      },
    });
    const terms = ({ real, fake, discriminator: { features } }: ObjectiveStep): Record<string, tf.Scalar> =>
      tf.tidy(() => {
        const { near, far } = real.maps;
        const still = { statistics: 'batch', updateState: false } as const;
        const alone = maps!.extract(real.seen, still).maps;
        expect(features!.maps).toBeDefined();
        return {
          near: near!.square().mean().asScalar(),
          far: far!.mul(fake.maps['far']!).mean().asScalar(),
          apart: near!.sub(alone['near']!).abs().max().asScalar(),
        };
      });
    const trainer = new Trainer(
      recipe({
        discriminator: counted,
        splitDiscriminator,
        objectives: named({ needs: needs!, discriminator: terms }),
      }),
      batches(),
    );
    const { scalars } = await trainer.advance();
    expect(passes.slice(0, 2)).toEqual(
      splitDiscriminator ? [batchSize, batchSize] : [2 * batchSize, batchSize],
    );
    return ['near', 'far', 'apart'].map((name) => scalars[`D.trick.${name}`]!);
  };
  const [near, far, apart] = await run(['maps'], false);
  expect(apart).toBeLessThan(1e-5);
  for (const needs of [['maps'], ['maps', 'gradientAtReal']] as const)
    for (const split of [false, true])
      expectAllclose(await run(needs, split), [near!, far!, 0], { atol: 1e-5 });
});

test('a term of a wrong shape, and one that is no number, are named', async () => {
  const advance = (term: () => tf.Tensor): Promise<unknown> =>
    new Trainer(
      recipe({ objectives: named({ discriminator: () => ({ odd: term() as tf.Scalar }) }) }),
      batches(),
    ).advance();
  await expect(advance(() => tf.zeros([3]))).rejects.toMatchObject({
    code: 'OBJECTIVE_BAD_TERM',
    message: 'objective trick: expected the term odd to be a float32 scalar, got float32 of shape [3]',
  });
  await expect(advance(() => tf.scalar(NaN))).rejects.toMatchObject({
    code: 'OBJECTIVE_NOT_FINITE',
    message: 'objective trick: expected a finite number for odd in the step of the discriminator, got NaN',
  });
});

test('numbers and variables that an objective gives one name are refused', async () => {
  const one = (): Record<string, tf.Scalar> => ({ size: tf.scalar(1) });
  await expect(
    new Trainer(recipe({ objectives: named({ observe: one, generator: one }) }), batches()).advance(),
  ).rejects.toMatchObject({
    code: 'OBJECTIVE_NAMES_CLASH',
    message:
      'objective trick: expected each number under a name of its own, got size from both observe and its terms',
  });
  const variable = tf.tidy(() => tf.variable(tf.scalar(0)));
  const objectives = named({ state: { w: variable }, weights: { generator: { w: variable } } });
  expect(() => new Trainer(recipe({ objectives }), batches())).toThrow(
    expect.objectContaining({
      code: 'OBJECTIVE_NAMES_CLASH',
      message: expect.stringContaining('two called w'),
    }),
  );
});

test.each<[string, Partial<TrainingRecipe>, string, string]>([
  [
    'latents',
    { objectives: named({ changeLatents: (step) => step.z.slice([0, 0], [3, 2]) }) },
    'OBJECTIVE_BAD_CHANGE',
    'objective trick: expected the latents that it changes to stay float32 of shape [3, 4], got float32 of shape [3, 2]',
  ],
  [
    'real images',
    { objectives: named({ changeReal: (real) => real.mean(3, true) }) },
    'OBJECTIVE_BAD_CHANGE',
    'objective trick: expected the real images that it changes to stay float32 of shape [3, 4, 4, 2], got float32 of shape [3, 4, 4, 1]',
  ],
  [
    'fake logits',
    { objectives: named({ changeFakeLogits: (logits) => logits.mean() as unknown as tf.Tensor1D }) },
    'OBJECTIVE_BAD_CHANGE',
    'objective trick: expected the fake logits that it changes to stay float32 of shape [3], got float32 of shape []',
  ],
  [
    'augmented images',
    {
      augmentation: {
        draw: (count) => ({ values: new Float32Array(count), width: 1 }),
        apply: (x) => x.slice([0, 0, 0, 0], [-1, 2, -1, -1]),
      },
    },
    'OBJECTIVE_BAD_CHANGE',
    'augmentation: expected the images that it changes to stay float32 of shape [3, 4, 4, 2], got float32 of shape [3, 2, 4, 2]',
  ],
  [
    'a class that there is not',
    { objectives: named({ labels: () => Int32Array.of(0, 2, 1) }) },
    'OBJECTIVE_BAD_LABELS',
    'objective trick: expected 3 labels from 0 to 1, got 2 at 1',
  ],
  [
    'too few labels',
    { objectives: named({ labels: () => Int32Array.of(0, 1) }) },
    'OBJECTIVE_BAD_LABELS',
    'objective trick: expected 3 labels from 0 to 1, got 2 in a Int32Array',
  ],
  [
    'labels in a list of another kind',
    { objectives: named({ labels: () => [0, 1, 1] as unknown as Int32Array }) },
    'OBJECTIVE_BAD_LABELS',
    'objective trick: expected 3 labels from 0 to 1, got Array',
  ],
  [
    'no labels',
    { objectives: named({ labels: () => undefined as unknown as Int32Array }) },
    'OBJECTIVE_BAD_LABELS',
    'objective trick: expected 3 labels from 0 to 1, got undefined',
  ],
  [
    'a penalty for each image',
    {
      regularizers: [
        { network: 'generator', interval: 1, penalty: (step) => step.z.mean(1) as unknown as tf.Scalar },
      ],
    },
    'OBJECTIVE_BAD_TERM',
    'regularizer 0 of the generator: expected the term penalty to be a float32 scalar, got float32 of shape [3]',
  ],
  [
    'a loss for each image',
    { loss: { ...wasserstein, generator: (fake) => tf.neg(fake) as unknown as tf.Scalar } },
    'OBJECTIVE_BAD_TERM',
    'loss: expected the term generator to be a float32 scalar, got float32 of shape [3]',
  ],
])('%s: what has a wrong shape or range is named at the step', async (_, changes, code, message) => {
  await expect(new Trainer(recipe(changes), batches()).advance()).rejects.toMatchObject({ code, message });
});

test('latents, real images, fake logits and labels can be changed on their way', async () => {
  const seen: Record<string, unknown> = {};
  const changing: ObjectiveInstance = {
    labels: (count) => new Int32Array(count).fill(1),
    changeLatents: (step) => tf.tidy(() => step.z.mul(0)),
    changeReal: (real) => tf.tidy(() => real.mul(0).add(0.5)),
    changeFakeLogits: (logits) => tf.tidy(() => logits.mul(0).add(3)),
    observe: (step) => {
      seen['labels'] = [...step.fakeLabels.dataSync()];
      seen['z'] = step.z.abs().sum().dataSync()[0];
      if (step.network === 'discriminator') seen['real'] = step.real.images.mean().dataSync()[0];
    },
  };
  const { scalars } = await new Trainer(recipe({ objectives: named(changing) }), batches()).advance();
  expect(seen).toEqual({ labels: [1, 1, 1], z: 0, real: 0.5 });
  expect(scalars['G.loss']).toBe(-3);
});

// Trainer.py of brownvc/R3GAN: both images of a pair are under the same condition.
test('a loss that compares pairs has fake images of the classes of the real ones, in both steps', async () => {
  const labelsOf = async (comparesPairs: boolean, objectives: ObjectiveInstance = {}): Promise<boolean[]> => {
    const equal: boolean[] = [];
    const seeing: ObjectiveInstance = {
      ...objectives,
      observe: ({ fakeLabels, real }) => {
        equal.push(fakeLabels.dataSync().join() === real.labels.dataSync().join());
      },
    };
    const loss: Loss = { ...wasserstein, needsReal: true, comparesPairs };
    const trainer = new Trainer(recipe({ loss, objectives: named(seeing) }), batches());
    for (let i = 0; i < 4; i++) await trainer.advance();
    return equal;
  };
  expect(await labelsOf(true)).toEqual(new Array(8).fill(true));
  expect(await labelsOf(false)).toContain(false);
  // Who draws labels has the last word.
  expect(await labelsOf(true, { labels: (count) => new Int32Array(count).fill(1) })).toContain(false);
});

test('latents that D has moved: its gradient goes through them where an objective says so, and only there', async () => {
  const steer = (needs: ObjectiveInstance['needs']): NamedObjective[] =>
    named({
      ...(needs && { needs }),
      changeLatents: (step) =>
        tf.tidy(
          () => step.z.mul(step.discriminator.weights!['linear.weight']!.square().sum()) as tf.Tensor2D,
        ),
    });
  const fakeLoss = async (objectives: NamedObjective[], nudge: number): Promise<[number, number]> => {
    const made = recipe({ objectives });
    const weight = made.discriminator.weights!['linear.weight']!;
    tf.tidy(() => weight.assign(weight.add(nudge)));
    const [before, trainer] = [weight.dataSync().slice(), new Trainer(made, batches())];
    const { scalars } = await trainer.advance();
    const moved = Array.from(weight.dataSync(), (value, i) => (before[i]! - value) / 0.1);
    return [scalars['D.lossFake']! + scalars['D.lossReal']!, moved.reduce((sum, one) => sum + one, 0)];
  };
  const along = async (needs: ObjectiveInstance['needs']): Promise<{ slope: number; gradient: number }> => {
    const eps = 1e-2;
    const [[above], [below], [, gradient]] = await Promise.all([
      fakeLoss(steer(needs), eps),
      fakeLoss(steer(needs), -eps),
      fakeLoss(steer(needs), 0),
    ]);
    return { slope: (above - below) / (2 * eps), gradient };
  };
  const through = await along(['gradientThroughLatents']);
  expect(through.gradient).toBeCloseTo(through.slope, 2);
  const constant = await along(undefined);
  expect(Math.abs(constant.gradient - constant.slope)).toBeGreaterThan(0.05);
});

test('an augmentation sees what D made of its images, and what it remembers is kept', async () => {
  const seen = tf.tidy(() => tf.variable(tf.scalar(0), false));
  const augmentation: Augmentation = {
    draw: (count, random) => ({ values: random.uniforms(count), width: 1 }),
    apply: (images, drawn) => tf.tidy(() => images.add(drawn.reshape([-1, 1, 1, 1]))),
    state: { seen },
    observe: (step) => {
      seen.assign(seen.add(1));
      return { signs: tf.tidy(() => step.real.logits.sign().mean() as tf.Scalar) };
    },
  };
  const trainer = new Trainer(recipe({ augmentation, accumulation: 2 }), batches());
  const { scalars } = await trainer.advance();
  expect(Math.abs(scalars['D.augmentation.signs']!)).toBeLessThanOrEqual(1);
  expect(trainer.variables()['augmentation']).toEqual({ seen });
  expect(seen.dataSync()[0]).toBe(2);
});

test('input gradients out of the pass of the loss are those of a pass of their own, through the augmentation', async () => {
  const augmentation: Augmentation = {
    draw: (count, random) => ({ values: random.uniforms(count), width: 1 }),
    apply: (images, drawn) => tf.tidy(() => images.mul(drawn.reshape([-1, 1, 1, 1]).add(1))),
  };
  const penalty = (needs: Regularizer['needs'] & object): Regularizer => ({
    network: 'discriminator',
    interval: 1,
    needs,
    penalty: ({ real, fake }) =>
      tf.tidy(
        () => real.inputGradient.square().sum().add(fake.inputGradient.square().sum()).mul(0.5) as tf.Scalar,
      ),
  });
  const run = async (needs: Regularizer['needs'] & object, split: boolean): Promise<unknown> => {
    const features: ObjectiveInstance = { needs: ['features'] };
    const changes = { augmentation, splitDiscriminator: split, regularizers: [penalty(needs)] };
    const trainer = new Trainer(recipe({ ...changes, objectives: named(features) }), batches());
    const { scalars } = await trainer.advance();
    return [scalars['D.penalty0'], scalars['D.gradientNorm'], scalars['D.lossReal']];
  };
  const apart = (await run([], false)) as number[];
  expect(apart[0]).toBeGreaterThan(0);
  for (const split of [false, true]) {
    expectAllclose((await run(['gradientAtReal', 'gradientAtFake'], split)) as number[], apart, {
      rtol: 1e-5,
    });
    expectAllclose((await run(['gradientAtReal'], split)) as number[], apart, { rtol: 1e-5 });
  }
});

test('scheduled numbers are where their schedule has them, in penalties, objectives and learning rates', async () => {
  const [weight, other] = [
    { from: 1, to: 3, over: 2 },
    { from: 0, to: 1, over: 4, start: 1 },
  ].map((schedule) => new ScheduledNumber(schedule)) as [ScheduledNumber, ScheduledNumber];
  const regularizers: Regularizer[] = [
    {
      network: 'discriminator',
      interval: 1,
      scheduled: [weight],
      penalty: ({ weights }) =>
        tf.tidy(() => tf.sum(weights['conv.weight']!).mul(0).add(weight.value) as tf.Scalar),
    },
  ];
  const objectives = named({
    scheduled: [other],
    generator: () => ({ at: tf.tidy(() => tf.mul(other.value, 1) as tf.Scalar) }),
  });
  const learningRates = { generator: { from: 0, to: 1, over: 10 }, discriminator: 0 };
  const trainer = new Trainer(recipe({ regularizers, objectives, learningRates }), batches());
  const before = snapshot(trainer);
  const reports = [];
  for (let i = 0; i < 4; i++) {
    const { scalars } = await trainer.advance();
    reports.push([scalars['D.penalty0'], scalars['G.trick.at']]);
    // The generator's first rate is 0.
    if (i === 0)
      expect(snapshot(trainer)['generator/linear.weight']).toEqual(before['generator/linear.weight']);
  }
  expect(reports).toEqual([
    [1, 0],
    [2, 0],
    [3, 0.25],
    [3, 0.5],
  ]);
  expect(snapshot(trainer)['generator/linear.weight']).not.toEqual(before['generator/linear.weight']);
});

test('a pass that two objectives ask for runs once', async () => {
  let calls = 0;
  const plain = recipe();
  const discriminator = Object.assign(Object.create(plain.discriminator) as ToyDiscriminator, {
    features: undefined,
    discriminate: (...call: Parameters<ToyDiscriminator['discriminate']>) => {
      calls++;
      return plain.discriminator.discriminate(...call);
    },
  });
  const asking: ObjectiveInstance = {
    discriminator: ({ real, fake }) => ({
      gap: tf.tidy(() => real.judge(fake.images).logits.mean() as tf.Scalar),
    }),
  };
  const objectives = [...named(asking, 'one'), ...named(asking, 'two')];
  await new Trainer({ ...plain, discriminator, objectives }, batches()).advance();
  // D's loss, the shared pass, G's loss.
  expect(calls).toBe(3);
});

test('steps with objectives leave no tensors behind, and a trainer frees what its objectives keep', async () => {
  const plain = recipe();
  const start = tf.memory().numTensors;
  const memory = tf.tidy(() => tf.variable(tf.scalar(0), false));
  const weight = tf.tidy(() => tf.variable(tf.zeros([4, 2])));
  const busy: ObjectiveInstance = {
    state: { memory },
    weights: { discriminator: { weight } },
    needs: ['features', 'realForGenerator'],
    scheduled: [new ScheduledNumber({ from: 1, to: 2, over: 3 })],
    discriminator: ({ real, fake }) => ({
      a: tf.tidy(
        () =>
          real
            .judge(fake.images)
            .features!.matMul(weight as tf.Tensor2D)
            .mean() as tf.Scalar,
      ),
      b: tf.tidy(() => real.inputGradient.square().mean() as tf.Scalar),
    }),
    generator: (step) => ({
      c: tf.tidy(() => step.real.features.mean().sub(step.fake.features.mean()).square() as tf.Scalar),
      d: tf.tidy(() => step.fake.judge(step.generate(step.z)).logits.mean() as tf.Scalar),
    }),
  };
  const trainer = new Trainer({ ...plain, objectives: named(busy) }, batches());
  await trainer.advance();
  const before = tf.memory().numTensors;
  for (let i = 0; i < 3; i++) await trainer.advance();
  expect(tf.memory().numTensors).toBe(before);
  trainer.dispose();
  expect(tf.memory().numTensors).toBe(start);
});
