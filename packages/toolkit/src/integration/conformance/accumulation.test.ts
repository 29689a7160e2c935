import type * as tf from '@tensorflow/tfjs';
import { WasmBackend } from '@ganymede/backend-wasm';
import {
  RandomStream,
  RandomStreams,
  type CallContext,
  type Discriminator,
  type Generator,
  type Regularizer,
} from '@ganymede/core';
import { hinge } from '@ganymede/losses';
import {
  BigGanDiscriminator,
  BigGanGenerator,
  bigganDiscriminatorOptions,
  bigganGeneratorOptions,
} from '@ganymede/models';
import { ConstantSchedule, Sgd } from '@ganymede/optimizers';
import { OrthogonalRegularizer, R1Regularizer } from '@ganymede/regularizers';
import { normal } from '@ganymede/samplers';
import { expectAllclose, fromComponent } from '@ganymede/testing';
import { Trainer, type BatchSource, type TrainingRecipe } from '@ganymede/trainer';

const backend = new WasmBackend(1);
beforeAll(() => backend.activate());
afterAll(() => backend.dispose());

const spec = { imageShape: { height: 32, width: 32, channels: 3 }, classes: 2 };
const pixels = 32 * 32 * 3;

type Networks = Pick<TrainingRecipe, 'generator' | 'discriminator' | 'emaGenerator'>;

/** Batch statistics and u vectors stand still: running averages in batch norm, and no state that moves. */
const still = (ctx: CallContext): CallContext => ({ ...ctx, statistics: 'running', updateState: false });

function frozen(): Networks {
  const generator = (): Generator => {
    const network = new BigGanGenerator(
      { ...spec, random: RandomStream.create(1, 'generator') },
      bigganGeneratorOptions.parse({ channels: 1, attention: [], latentSize: 8, sharedSize: 4 }),
    );
    return Object.assign(Object.create(network) as Generator, {
      generate: (z: tf.Tensor2D, y: tf.Tensor1D, ctx: CallContext) => network.generate(z, y, still(ctx)),
    });
  };
  const judge = new BigGanDiscriminator(
    { ...spec, random: RandomStream.create(2, 'discriminator') },
    bigganDiscriminatorOptions.parse({ channels: 1, attention: [], dropout: 0.3 }),
  );
  const discriminator = Object.assign(Object.create(judge) as Discriminator, {
    discriminate: (x: tf.Tensor4D, y: tf.Tensor1D, ctx: CallContext) => judge.discriminate(x, y, still(ctx)),
  });
  return { generator: generator(), emaGenerator: generator(), discriminator };
}

/** Networks as they are, without statistics over the batch and without u vectors. */
function withoutStatistics(): Networks {
  const generator = (): Generator =>
    new BigGanGenerator(
      { ...spec, random: RandomStream.create(1, 'generator') },
      bigganGeneratorOptions.parse({
        channels: 1,
        attention: [],
        latentSize: 8,
        sharedSize: 4,
        spectralNorm: false,
        normalization: 'group',
        groups: 2,
      }),
    );
  const discriminator = new BigGanDiscriminator(
    { ...spec, random: RandomStream.create(2, 'discriminator') },
    bigganDiscriminatorOptions.parse({ channels: 1, attention: [], dropout: 0.3, spectralNorm: false }),
  );
  return { generator: generator(), emaGenerator: generator(), discriminator };
}

/** Images in an order that does not depend on how many are taken at a time. */
function images(batchSize: number): BatchSource {
  const stream = RandomStream.create(3, 'images');
  return {
    next: () =>
      Promise.resolve({
        images: Uint8Array.from({ length: batchSize * pixels }, () => stream.nextInteger(256)),
        labels: RandomStream.create(4, 'labels').integers(batchSize, 1),
      }),
  };
}

function recipe(networks: Networks, batchSize: number, accumulation: number): TrainingRecipe {
  const regularizers: Regularizer[] = [
    new OrthogonalRegularizer(),
    new R1Regularizer({ interval: 1, gamma: 1 }),
  ];
  return {
    ...networks,
    backend,
    precision: 'float32',
    loss: fromComponent(hinge).create(),
    regularizers,
    prior: fromComponent(normal).create(),
    augmentation: null,
    // Its step is proportional to the gradient, so that rounding is not blown up where a gradient is all but zero.
    generatorOptimizer: new Sgd({ momentum: 0.9 }),
    discriminatorOptimizer: new Sgd({ momentum: 0.9 }),
    learningRates: { generator: 1e-2, discriminator: 1e-2 },
    schedule: new ConstantSchedule(),
    batchSize,
    accumulation,
    discriminatorSteps: 1,
    splitDiscriminator: false,
    ema: { decay: 0.5, start: 0 },
    random: new RandomStreams(7),
  };
}

async function train(
  networks: Networks,
  batchSize: number,
  accumulation: number,
  steps = 2,
): Promise<Map<string, Float32Array>> {
  const trainer = new Trainer(recipe(networks, batchSize, accumulation), images(batchSize));
  for (let step = 0; step < steps; step++) await trainer.advance();
  const values = new Map<string, Float32Array>();
  for (const [file, variables] of Object.entries(trainer.variables()))
    for (const [name, variable] of Object.entries(variables))
      values.set(`${file}/${name}`, variable.dataSync<'float32'>().slice());
  return values;
}

describe.each([
  ['with batch norm and spectral norm held still', frozen],
  ['without statistics', withoutStatistics],
])('%s', (_, networks) => {
  test('micro-batches are the large batch, to rounding', async () => {
    const start = await train(networks(), 4, 1, 0);
    const whole = await train(networks(), 4, 1);
    const moved = [...whole].filter(([name, values]) =>
      values.some((value, i) => value !== start.get(name)![i]),
    );
    // Weights of both networks, their averages and velocities.
    expect(moved.length).toBeGreaterThan(60);
    for (const parts of [2, 4]) {
      const accumulated = await train(networks(), 4 / parts, parts);
      expect([...accumulated.keys()]).toEqual([...whole.keys()]);
      for (const [name, values] of whole) {
        const scale = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1e-3);
        expectAllclose(accumulated.get(name)!, values, { rtol: 0, atol: 2e-5 * scale });
      }
    }
  }, 120_000);
});
