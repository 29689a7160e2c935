import * as tf from '@tensorflow/tfjs';
import {
  RandomStream,
  RandomStreams,
  stepScalarNames,
  type Backend,
  type Discriminator,
  type Generator,
  type Loss,
  type Optimizer,
  type Regularizer,
} from '@ganymede/core';
import { Trainer } from './trainer.js';
import type { BatchSource, TrainingRecipe } from './recipe.js';

const imageShape = { height: 2, width: 2, channels: 1 };
const pixels = 4;

const eager: Backend = {
  activate: () => Promise.resolve({ name: 'cpu', device: 'cpu', library: 'tfjs', threads: 1 }),
  compile: (step) => ({
    run: (inputs) => Promise.resolve(tf.tidy(() => step(inputs))),
    dispose: () => undefined,
  }),
  dispose: () => undefined,
};

const variable = (shape: number[], random: RandomStream): tf.Variable => {
  const size = shape.reduce((a, b) => a * b, 1);
  return tf.tidy(() => tf.variable(tf.tensor(random.normals(size), shape).mul(0.3)));
};

function linearGenerator(random: RandomStream): Generator {
  const weight = variable([3, pixels], random);
  return {
    latentSize: 3,
    classes: 2,
    imageShape,
    weights: { weight },
    generate: (z) => tf.tanh(tf.matMul(z, weight)).reshape([-1, 2, 2, 1]),
  };
}

function linearDiscriminator(random: RandomStream): Discriminator {
  const weight = variable([pixels, 1], random);
  const embedding = variable([2, 1], random);
  const calls = tf.tidy(() => tf.variable(tf.scalar(0), false));
  return {
    weights: { weight, embedding },
    state: { calls },
    discriminate: (x, y, ctx) => {
      if (ctx.updateState) calls.assign(calls.add(1));
      const classLogit = tf.matMul(tf.oneHot(y, 2).toFloat(), embedding);
      return tf
        .matMul(x.reshape([-1, pixels]), weight)
        .add(classLogit)
        .reshape([-1]);
    },
  };
}

const wasserstein: Loss = {
  discriminator: (real, fake) => ({ real: tf.neg(tf.mean(real)), fake: tf.mean(fake) }),
  generator: (fake) => tf.neg(tf.mean(fake)),
};

const gradientDescent: Optimizer = {
  create: (weights) => {
    const updates = tf.tidy(() => tf.variable(tf.scalar(0), false));
    return {
      state: { updates },
      apply: (_, gradients, learningRate) => {
        updates.assign(updates.add(1));
        for (const [name, gradient] of Object.entries(gradients)) {
          weights[name]!.assign(weights[name]!.sub(gradient.mul(learningRate)) as tf.Tensor);
        }
      },
      dispose: () => updates.dispose(),
    };
  },
};

/** Batches that depend on the position alone, so that two runs can be started at any of them. */
function batches(batchSize: number, start = 0): BatchSource & { position: number } {
  return {
    position: start,
    next() {
      const base = this.position;
      this.position += batchSize;
      const images = Uint8Array.from(
        { length: batchSize * pixels },
        (_, i) => ((base * pixels + i) * 37) % 256,
      );
      return Promise.resolve({
        images,
        labels: Int32Array.from({ length: batchSize }, (_, i) => (base + i) % 2),
      });
    },
  };
}

function recipe(changes: Partial<TrainingRecipe> = {}): TrainingRecipe {
  const weights = RandomStream.create(1, 'weights');
  return {
    backend: eager,
    precision: 'float32',
    generator: linearGenerator(weights),
    discriminator: linearDiscriminator(weights),
    emaGenerator: linearGenerator(weights),
    loss: wasserstein,
    regularizers: [],
    prior: { sample: (count, size, random) => random.normals(count * size) },
    augmentation: null,
    generatorOptimizer: gradientDescent,
    discriminatorOptimizer: gradientDescent,
    learningRates: { generator: 0.1, discriminator: 0.2 },
    schedule: { factor: () => 1 },
    batchSize: 4,
    accumulation: 1,
    discriminatorSteps: 2,
    splitDiscriminator: false,
    ema: { decay: 0.5, start: 0 },
    random: new RandomStreams(7),
    ...changes,
  };
}

const values = (trainer: Trainer): Record<string, number[]> =>
  Object.fromEntries(
    Object.entries(trainer.variables()).flatMap(([file, variables]) =>
      Object.entries(variables).map(([name, one]) => [`${file}/${name}`, [...one.dataSync()]]),
    ),
  );

beforeAll(() => tf.setBackend('cpu'));

test('k micro-batches give the step of the whole batch', async () => {
  const whole = new Trainer(recipe({ batchSize: 8, discriminatorSteps: 1 }), batches(8));
  const parts = new Trainer(recipe({ batchSize: 2, accumulation: 4, discriminatorSteps: 1 }), batches(2));
  await whole.advance();
  // The micro-batches draw latents and labels in turn, two streams, so the whole batch sees the same numbers.
  await parts.advance();
  const expected = values(whole);
  const actual = values(parts);
  for (const name of ['generator/weight', 'discriminator/weight', 'discriminator/embedding', 'ema/weight']) {
    actual[name]!.forEach((value, i) => expect(value).toBeCloseTo(expected[name]![i]!, 6));
  }
});

test('a restored trainer goes on as the one that was never stopped', async () => {
  const powerAverages = [17, 7];
  const through = new Trainer(recipe({ powerAverages }), batches(4));
  for (let i = 0; i < 4; i++) await through.advance();

  const source = batches(4);
  const stopped = new Trainer(recipe({ powerAverages }), source);
  for (let i = 0; i < 2; i++) await stopped.advance();
  const saved = JSON.stringify(stopped.state);
  const variables = values(stopped);

  const resumed = new Trainer(
    recipe({ powerAverages, random: new RandomStreams(99) }),
    batches(4, source.position),
  );
  for (const [file, group] of Object.entries(resumed.variables())) {
    for (const [name, one] of Object.entries(group)) {
      tf.tidy(() => one.assign(tf.tensor(variables[`${file}/${name}`]!, one.shape)));
    }
  }
  resumed.restore(JSON.parse(saved));
  for (let i = 0; i < 2; i++) await resumed.advance();
  expect(values(resumed)).toEqual(values(through));
});

test('the average is a copy before its start and moves by 1 - decay after it', async () => {
  const early = recipe({ ema: { decay: 0.9, start: 3 } });
  const trainer = new Trainer(early, batches(4));
  await trainer.advance();
  await trainer.advance();
  expect(values(trainer)['ema/weight']).toEqual(values(trainer)['generator/weight']);
  const before = values(trainer)['ema/weight']!;
  await trainer.advance();
  const current = values(trainer)['generator/weight']!;
  values(trainer)['ema/weight']!.forEach((value, i) =>
    expect(value).toBeCloseTo(before[i]! + 0.1 * (current[i]! - before[i]!), 5),
  );
});

// training_loop.py of brownvc/R3GAN: ema_beta = 0.5 ** (batch_size / max(cur_ema_nimg, 1e-8)).
test('a half-life in images, on a schedule of images: a copy at 0, then half of the rest each half-life', async () => {
  const halfLife = { from: 0, to: 16, over: 4, unit: 'images' } as const;
  const trainer = new Trainer(recipe({ ema: { decay: 0.9, start: 0, halfLife } }), batches(4));
  await trainer.advance();
  expect(values(trainer)['ema/weight']).toEqual(values(trainer)['generator/weight']);
  const { images } = trainer.state;
  expect(images).toBeGreaterThanOrEqual(4);
  const before = values(trainer)['ema/weight']!;
  await trainer.advance();
  const current = values(trainer)['generator/weight']!;
  values(trainer)['ema/weight']!.forEach((value, i) =>
    expect(value).toBeCloseTo(current[i]! + 0.5 ** (images! / 16) * (before[i]! - current[i]!), 5),
  );
  const resumed = new Trainer(recipe(), batches(4));
  const { images: _, ...older } = trainer.state;
  resumed.restore(older);
  expect(resumed.state.images).toBe(2 * images!);
});

describe('optimizers that take two gradients for a move', () => {
  const twoGradients: Optimizer = {
    create: (weights) => ({ ...gradientDescent.create(weights), gradientsPerMove: 2 }),
  };
  const both = { generatorOptimizer: twoGradients, discriminatorOptimizer: twoGradients };
  const taken = { ...both, discriminatorSteps: 1 };

  test('averages leave out the weights that only look ahead', async () => {
    const ema = { decay: 0.75, start: 0, halfLife: 16 };
    const trainer = new Trainer(recipe({ ...taken, ema, powerAverages: [7] }), batches(4));
    const start = values(trainer);
    await trainer.advance();
    const ahead = values(trainer);
    expect(ahead['generator/weight']).not.toEqual(start['generator/weight']);
    for (const name of ['ema/weight', 'power-average-0/weight']) expect(ahead[name]).toEqual(start[name]);
    expect(trainer.state).toMatchObject({ step: 1, images: 4, averagedSteps: 0 });
    expect(trainer.averagesSnapshot()).toBeNull();
    await trainer.advance();
    const moved = values(trainer);
    // The first power-function average is a copy; the other decays by the images of both steps.
    moved['power-average-0/weight']!.forEach((value, i) =>
      expect(value).toBeCloseTo(moved['generator/weight']![i]!, 6),
    );
    moved['ema/weight']!.forEach((value, i) => {
      const [before, now] = [start['ema/weight']![i]!, moved['generator/weight']![i]!];
      expect(value).toBeCloseTo(now + 0.5 ** (8 / 16) * (before - now), 5);
    });
    expect(trainer.state).toMatchObject({ step: 2, images: 8, averagedSteps: 1 });
  });

  test('begin with the first of the two, whatever the moments counted', () => {
    const trainer = new Trainer(recipe(taken), batches(4));
    trainer.begin({ generatorUpdates: 7, discriminatorUpdates: 12, averageAssigned: false });
    expect(trainer.state).toMatchObject({ step: 0, generatorUpdates: 8, discriminatorUpdates: 12 });
    trainer.restore({ ...trainer.state, step: 5, generatorUpdates: 7, discriminatorUpdates: 14 });
    expect(trainer.state).toMatchObject({ step: 5, generatorUpdates: 7, discriminatorUpdates: 15 });
    trainer.restore({ ...trainer.state, step: 1, generatorUpdates: 0, discriminatorUpdates: 3 });
    expect(trainer.state).toMatchObject({ step: 1, generatorUpdates: 1, discriminatorUpdates: 3 });
  });

  const lazyPenalty: Regularizer = { network: 'generator', interval: 4, penalty: () => tf.scalar(0) };
  test.each<[string, Partial<TrainingRecipe>, RegExp]>([
    ['one network alone', { generatorOptimizer: twoGradients }, /2 of the generator's and 1 of the disc/],
    ['several discriminator steps', both, /expected 1 discriminator step a step, .* got 2$/],
    ['a penalty at an interval', { ...taken, regularizers: [lazyPenalty] }, /a penalty every 4 steps/],
  ])('with %s are refused', (_, changes, message) => {
    expect(() => new Trainer(recipe(changes), batches(4))).toThrow(
      expect.objectContaining({
        code: 'OPTIMIZERS_OUT_OF_STEP',
        message: expect.stringMatching(message),
      }),
    );
  });
});

describe('power-function averages', () => {
  /** What their first profile makes of the weights that each step left. */
  const expectProfile = (trainer: Trainer, seen: readonly number[][], gamma: number): void => {
    const share = (k: number): number => (k / seen.length) ** (gamma + 1);
    values(trainer)['power-average-0/weight']!.forEach((value, at) =>
      expect(value).toBeCloseTo(
        seen.reduce((sum, step, k) => sum + (share(k + 1) - share(k)) * step[at]!, 0),
        5,
      ),
    );
  };

  test.each([1, 2])('follow their profile with %i micro-batches a step', async (accumulation) => {
    const trainer = new Trainer(recipe({ powerAverages: [7, 2], accumulation }), batches(4));
    const seen: number[][] = [];
    expect(trainer.averagesSnapshot()).toBeNull();
    for (let i = 0; i < 5; i++) {
      await trainer.advance();
      seen.push(values(trainer)['generator/weight']!);
    }
    expectProfile(trainer, seen, 7);
    expect(trainer.state.averagedSteps).toBe(5);
    expect(trainer.averagesSnapshot()).toMatchObject({
      averagedSteps: 5,
      files: { 'power-average-0': { weight: {} }, 'power-average-1': { weight: {} } },
    });
  });

  test('of weights that came without averages begin with them, not with the blank network', async () => {
    const trainer = new Trainer(recipe({ powerAverages: [7] }), batches(4));
    const { averagedSteps: _, ...imported } = trainer.state;
    const { weight } = trainer.variables()['generator']!;
    tf.tidy(() => weight!.assign(weight!.add(100)));
    trainer.restore({ ...imported, step: 5000, generatorUpdates: 5000 });
    await trainer.advance();
    const first = values(trainer);
    expectProfile(trainer, [first['generator/weight']!], 7);
    await trainer.advance();
    expectProfile(trainer, [first['generator/weight']!, values(trainer)['generator/weight']!], 7);
    expect(trainer.state).toMatchObject({ step: 5002, averagedSteps: 2 });
  });

  test('where there are none, nothing of them is kept or fed', async () => {
    const trainer = new Trainer(recipe(), batches(4));
    await trainer.advance();
    expect(Object.keys(trainer.variables()).filter((name) => name.startsWith('power'))).toEqual([]);
    expect(trainer.state).not.toHaveProperty('averagedSteps');
    expect(trainer.averagesSnapshot()).toBeNull();
  });

  test('go with the trainer', async () => {
    const made = recipe({ powerAverages: [7, 2] });
    const before = tf.memory().numTensors;
    const trainer = new Trainer(made, batches(4));
    await trainer.advance();
    trainer.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

test('a lazy penalty comes every interval-th step, multiplied by the interval', async () => {
  const seen: number[] = [];
  const penalty: Regularizer = {
    network: 'discriminator',
    interval: 3,
    penalty: ({ weights }) => {
      seen.push(1);
      return tf.sum(weights.embedding!) as tf.Scalar;
    },
  };
  const still = recipe({ regularizers: [penalty], learningRates: { generator: 0, discriminator: 0.1 } });
  const trainer = new Trainer({ ...still, loss: zeroLoss, discriminatorSteps: 1 }, batches(4));
  const before = values(trainer)['discriminator/embedding']!;
  for (let i = 0; i < 6; i++) await trainer.advance();
  expect(seen).toHaveLength(2);
  values(trainer)['discriminator/embedding']!.forEach((value, i) =>
    expect(value).toBeCloseTo(before[i]! - 2 * 0.1 * 3, 5),
  );
  expect(trainer.state.discriminatorUpdates).toBe(8);
});

test('what a regularizer remembers is part of the variables, and moves once a micro-batch with the logits', async () => {
  const count = tf.tidy(() => tf.variable(tf.scalar(0), false));
  const seen: (number | undefined)[] = [];
  const counting: Regularizer = {
    network: 'discriminator',
    interval: 1,
    state: { count },
    observe: (step) => {
      count.assign(count.add(1));
      seen.push(step.real.logits.shape[0]);
    },
    penalty: ({ weights }) => tf.sum(weights.embedding!).mul(0) as tf.Scalar,
  };
  const quiet: Regularizer = { network: 'generator', interval: 1, penalty: () => tf.scalar(0) };
  const trainer = new Trainer(
    recipe({ regularizers: [quiet, counting], accumulation: 2, discriminatorSteps: 1 }),
    batches(4),
  );
  await trainer.advance();
  expect(Object.keys(trainer.variables().regularizers!)).toEqual(['1.count']);
  expect(values(trainer)['regularizers/1.count']).toEqual([2]);
  expect(seen).toEqual([4, 4]);
});

test('noise is fed where it is asked for, anew in every step', async () => {
  const penaltyNoise: number[][] = [];
  const dropout: number[][] = [];
  const noisy: Regularizer = {
    network: 'discriminator',
    interval: 1,
    draws: () => [{ stream: 'penalty-noise', distribution: 'uniform', shape: 'image' }],
    penalty: (step) => {
      expect(step.draw('penalty-noise').shape).toEqual([4, 2, 2, 1]);
      penaltyNoise.push([...step.draw('penalty-noise').dataSync()]);
      return tf.sum(step.weights.embedding!).mul(0) as tf.Scalar;
    },
  };
  const plain = recipe();
  const discriminator: Discriminator = {
    ...plain.discriminator,
    noiseSize: 3,
    discriminate: (x, y, ctx) => {
      expect(ctx.noise?.shape).toEqual([x.shape[0], 3]);
      dropout.push([...ctx.noise!.dataSync()]);
      return plain.discriminator.discriminate(x, y, ctx);
    },
  };
  const trainer = new Trainer({ ...plain, discriminator, regularizers: [noisy] }, batches(4));
  await trainer.advance();
  // Two joint passes over 4 generated and 4 real images, and G's pass over 4.
  expect(dropout.map(({ length }) => length)).toEqual([24, 24, 12]);
  const drawn = [...dropout.flat(), ...penaltyNoise.flat()];
  expect(drawn.every((value) => value >= 0 && value < 1)).toBe(true);
  expect(new Set(drawn).size).toBe(drawn.length);

  dropout.length = 0;
  await new Trainer({ ...plain, discriminator, splitDiscriminator: true }, batches(4)).advance();
  expect(dropout.map(({ length }) => length)).toEqual([12, 12, 12, 12, 12]);
});

const zeroLoss: Loss = {
  discriminator: (real, fake) => ({ real: tf.mean(real.mul(0)), fake: tf.mean(fake.mul(0)) }),
  generator: (fake) => tf.mean(fake.mul(0)),
};

test('one pass over fake and real moves D state once, two passes twice', async () => {
  const joint = new Trainer(recipe({ discriminatorSteps: 1 }), batches(4));
  const split = new Trainer(recipe({ discriminatorSteps: 1, splitDiscriminator: true }), batches(4));
  await joint.advance();
  await split.advance();
  expect(values(joint)['discriminator/calls']).toEqual([2]);
  expect(values(split)['discriminator/calls']).toEqual([3]);
});

test('steps leave no tensors behind', async () => {
  const trainer = new Trainer(recipe({ accumulation: 2 }), batches(4));
  await trainer.advance();
  const before = tf.memory().numTensors;
  for (let i = 0; i < 3; i++) await trainer.advance();
  expect(tf.memory().numTensors).toBe(before);
});

test('how far a step moves each weight is measured where it is asked for, and moves nothing itself', async () => {
  const [watched, plain] = [new Trainer(recipe(), batches(4)), new Trainer(recipe(), batches(4))];
  await watched.advance();
  await plain.advance();
  const before = values(watched);
  const { updateNorms } = await watched.advance({ updateNorms: true });
  expect((await plain.advance()).updateNorms).toBeNull();
  expect(values(watched)).toEqual(values(plain));
  const after = values(watched);
  for (const network of ['generator', 'discriminator'] as const) {
    expect(Object.keys(updateNorms![network]).length).toBeGreaterThan(0);
    for (const [name, norm] of Object.entries(updateNorms![network])) {
      const change = after[`${network}/${name}`]!.map(
        (value, i) => value - before[`${network}/${name}`]![i]!,
      );
      expect(norm).toBeCloseTo(Math.hypot(...change), 5);
      expect(norm).toBeGreaterThan(0);
    }
  }
  const tensors = tf.memory().numTensors;
  await watched.advance({ updateNorms: true });
  expect(tf.memory().numTensors).toBe(tensors);
});

test('every step has the numbers of the contract, and each penalty at an interval its own', async () => {
  const penalty = (interval: number, factor: number): Regularizer => ({
    network: 'discriminator',
    interval,
    penalty: ({ weights }) => tf.mul(factor, tf.sum(tf.square(weights.embedding!))) as tf.Scalar,
  });
  const learningRates = { generator: 1e-4, discriminator: 1e-4 };
  const regularizers = [penalty(2, 1), penalty(4, 10)];
  const trainer = new Trainer(recipe({ regularizers, learningRates }), batches(4));
  const { scalars } = await trainer.advance();
  for (const name of stepScalarNames) expect(scalars[name]).toEqual(expect.any(Number));
  // The second one comes behind the first one's update, so that the ratio is not quite ten.
  expect(scalars['Dreg.penalty1']! / scalars['Dreg.penalty0']!).toBeGreaterThan(5);
  expect(scalars['Dreg.gradientNorm1']! / scalars['Dreg.gradientNorm']!).toBeGreaterThan(5);
  expect(Object.keys((await trainer.advance()).scalars)).not.toContain('Dreg.penalty1');
});
