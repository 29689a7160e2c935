import * as tf from '@tensorflow/tfjs';
import { RandomStream, type Replicas } from '@ganymede/core';
import { countNetworks, stepExchanges } from '@ganymede/cluster-plan';
import { openParts, runParts } from '@ganymede/runs';
import { Trainer, type BatchSource } from '@ganymede/trainer';
import { createContainer } from '../../container.js';
import { parseAssignment, resolveConfig } from '../../index.js';

jest.setTimeout(300_000);

const size = 2;

/** The leader of two replicas that are the same, and what it sends: bytes of each sum. */
function recording(): { readonly replicas: Replicas; readonly sent: number[] } {
  const sent: number[] = [];
  const exchange = <T extends tf.Tensor>(x: T, bytes: number, factor: number): T =>
    tf.customGrad((x: tf.Tensor | tf.GradSaveFunc) => {
      sent.push(bytes);
      return {
        value: tf.mul(x as tf.Tensor, factor),
        gradFunc: (dy: tf.Tensor) => exchange(dy, bytes, factor),
      };
    })(x) as T;
  const replicas = {
    rank: 0,
    size,
    sum: (x: tf.Tensor) => exchange(x, x.size * 4, size),
    mean: (x: tf.Tensor, travelsAs?: string) => exchange(x, x.size * (travelsAs === 'bfloat16' ? 2 : 4), 1),
    gather: (x: tf.Tensor) => tf.concat([exchange(x, size * x.size * 4, 1), x], 0),
    broadcast: (x: tf.Tensor) => x,
    grouped: () => replicas,
  } as Replicas;
  return { replicas, sent };
}

const biggan = { use: 'biggan', channels: 2, attention: [] };
const recipes: readonly (readonly [string, Record<string, unknown>])[] = [
  ['two steps of D', { discriminatorSteps: 2 }],
  ['micro-batches, real and fake apart', { accumulation: 2, splitDiscriminator: true }],
  ['gradients as bfloat16', { gradientExchange: 'bfloat16' }],
  [
    'batch normalization in both networks',
    {
      generator: { use: 'dcgan', channels: 4 },
      discriminator: { use: 'dcgan', channels: 4 },
      accumulation: 2,
      splitDiscriminator: true,
    },
  ],
  [
    'frozen blocks, and a penalty of weights alone',
    {
      freeze: { discriminatorBlocks: 1 },
      regularizers: [{ use: 'orthogonal', network: 'generator', strength: 1e-4 }],
    },
  ],
];

test.each(recipes)('what is counted is what a step of the trainer exchanges: %s', async (_, changes) => {
  const { config } = await resolveConfig({
    document: {
      backend: { use: 'wasm', threads: 1 },
      data: { use: 'shapes', count: 12, shapes: ['circle', 'star'] },
      generator: { ...biggan, latentSize: 4, hierarchical: false, sharedEmbedding: false },
      discriminator: biggan,
      batchSize: 4,
      ...changes,
    },
  });
  const components = await createContainer();
  const parts = openParts({ components, config, cacheFolder: '' });
  try {
    const recipe = await parts.get(runParts.recipe);
    const { imageShape, classes } = await parts.get(runParts.images);
    const random = RandomStream.create(0, 'images');
    const rows = config.batchSize / size;
    const half: BatchSource = {
      next: () =>
        Promise.resolve({
          images: Uint8Array.from(
            { length: rows * imageShape.height * imageShape.width * imageShape.channels },
            () => random.nextInteger(256),
          ),
          labels: new Int32Array(rows),
        }),
    };
    const { replicas, sent } = recording();
    const trainer = new Trainer({ ...recipe, replicas, statistics: replicas }, half);
    await trainer.advance();
    const bytesOfState = Object.values(trainer.variables())
      .flatMap((file) => Object.values(file))
      .reduce((sum, variable) => sum + 4 * variable.size, 0);
    trainer.dispose();

    const sizes = await countNetworks(components, config, { imageShape, classes: classes.length });
    const counted = stepExchanges(sizes, config, size);
    const bytes = (kinds: readonly string[]): number[] =>
      counted
        .filter(({ kind }) => kinds.includes(kind))
        .flatMap((one) => Array.from({ length: one.times }, () => one.bytes).flat())
        .sort((a, b) => a - b);
    // All gradients and statistics are there, to the byte; what is left are numbers, of which each phase has as many as it has.
    const left = [...sent];
    for (const one of bytes(['gradients', 'statistics'])) {
      expect(left).toContain(one);
      left.splice(left.indexOf(one), 1);
    }
    // The wishes of a step are the loop's.
    expect(left).toHaveLength(bytes(['numbers']).length - 1);
    const total = (all: readonly number[]): number => all.reduce((a, b) => a + b, 0);
    expect(Math.abs(total(left) / total(bytes(['numbers'])) - 1)).toBeLessThan(0.3);
    expect(sizes.stateBytes).toBe(bytesOfState);
  } finally {
    await parts.dispose();
  }
});

test('the networks of ImageNet are counted at full width, without their weights', async () => {
  const components = await createContainer();
  const { config } = await resolveConfig({
    preset: 'biggan-128',
    assignments: [parseAssignment('data={ use: shapes }')],
  });
  const before = process.memoryUsage.rss();
  const imageShape = { height: 128, width: 128, channels: 3 };
  const sizes = await countNetworks(components, config, { imageShape, classes: 1000 });
  // BigGAN-PyTorch prints these for its headline script.
  expect([sizes.generator.parameters, sizes.discriminator.parameters]).toEqual([70_433_988, 87_982_370]);
  // G, its average and D with two moments each: what four bytes of these would take is 1.9 GB.
  expect(process.memoryUsage.rss() - before).toBeLessThan(1e9);
});
