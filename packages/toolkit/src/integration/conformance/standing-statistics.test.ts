import type * as tf from '@tensorflow/tfjs';
import { WasmBackend } from '@ganymede/backend-wasm';
import { RandomStream, stateOf, type Layer, type LayerNode } from '@ganymede/core';
import { BigGanGenerator, bigganGeneratorOptions } from '@ganymede/models';
import { normal } from '@ganymede/samplers';
import { expectAllclose, fromComponent } from '@ganymede/testing';
import { accumulateStandingStatistics } from '@ganymede/runs';

const backend = new WasmBackend(1);
beforeAll(() => backend.activate());
afterAll(() => backend.dispose());

/** Exact moments of one batch at one layer, in float64 on the host. */
interface BatchMoments {
  readonly mean: readonly number[];
  readonly variance: readonly number[];
}

function momentsOf(x: tf.Tensor4D): BatchMoments {
  const channels = x.shape[3];
  const values = x.dataSync();
  const count = values.length / channels;
  const column = (c: number): number[] => Array.from({ length: count }, (_, i) => values[i * channels + c]!);
  const mean = Array.from({ length: channels }, (_, c) => column(c).reduce((a, b) => a + b, 0) / count);
  const variance = mean.map((m, c) => column(c).reduce((sum, v) => sum + (v - m) ** 2, 0) / count);
  return { mean, variance };
}

/** Notes what every batch norm of a network is called with, by its dotted name. */
function watchNorms(node: LayerNode, seen: Map<string, BatchMoments[]>, name = ''): void {
  if (node.state && 'standingMean' in node.state) {
    const layer = node as Layer<tf.Tensor4D, tf.Tensor4D>;
    const call = layer.call.bind(layer);
    seen.set(name, []);
    layer.call = (x, ctx) => {
      seen.get(name)!.push(momentsOf(x));
      return call(x, ctx);
    };
  }
  for (const [child, part] of Object.entries(node.children ?? {}))
    watchNorms(part, seen, name === '' ? child : `${name}.${child}`);
}

test('standing statistics are the exact moments of the batches, averaged, at every layer', async () => {
  const generator = new BigGanGenerator(
    {
      imageShape: { height: 32, width: 32, channels: 1 },
      classes: 2,
      random: RandomStream.create(1, 'weights'),
    },
    bigganGeneratorOptions.parse({ channels: 1, attention: [], latentSize: 8, sharedSize: 4 }),
  );
  const seen = new Map<string, BatchMoments[]>();
  watchNorms(generator, seen);
  expect([...seen.keys()]).toEqual([
    'blocks.0.0.bn1',
    'blocks.0.0.bn2',
    'blocks.1.0.bn1',
    'blocks.1.0.bn2',
    'blocks.2.0.bn1',
    'blocks.2.0.bn2',
    'output_layer.0',
  ]);

  const source = fromComponent(normal).create();
  const options = { batches: 3, batchSize: 4, seed: 5 };
  await accumulateStandingStatistics(backend, generator, source, options);
  const state = stateOf(generator);
  const average = (batches: readonly BatchMoments[], kind: keyof BatchMoments): number[] =>
    batches[0]![kind].map((_, c) => batches.reduce((sum, one) => sum + one[kind][c]!, 0) / batches.length);
  const expectExact = (): void => {
    for (const [name, batches] of seen) {
      expect(batches).toHaveLength(3);
      expectAllclose(state[`${name}.standingCount`]!, [3]);
      const kept = (kind: string): number[] =>
        Array.from(state[`${name}.${kind}`]!.dataSync(), (value) => value / 3);
      expectAllclose(kept('standingMean'), average(batches, 'mean'), { rtol: 1e-4, atol: 1e-5 });
      expectAllclose(kept('standingVariance'), average(batches, 'variance'), { rtol: 1e-4, atol: 1e-6 });
    }
  };
  expectExact();

  // Accumulating anew starts from nothing.
  for (const batches of seen.values()) batches.length = 0;
  await accumulateStandingStatistics(backend, generator, source, { ...options, seed: 6 });
  expectExact();
});
