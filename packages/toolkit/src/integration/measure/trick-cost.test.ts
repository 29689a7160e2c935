import * as tf from '@tensorflow/tfjs';
import { bench } from '@ganymede/bench';
import { defineComponent, definePlugin, type Regularizer } from '@ganymede/core';
import { z } from 'zod';
import { resolveConfig } from '../../operations.js';
import { pluginHost } from '../../plugins/plugin-host.js';

/** The time of this test: nothing takes any but the penalties below. */
let milliseconds = 0;
const host = { ...pluginHost, clock: { now: () => milliseconds, monotonic: () => milliseconds } };

const penaltyThatTakes = (options: {
  readonly milliseconds: number;
  readonly every: number;
}): Regularizer => ({
  network: 'generator',
  interval: options.every,
  penalty: ({ weights }) => {
    milliseconds += options.milliseconds;
    const [weight] = Object.values(weights);
    return tf.tidy(() => tf.mul(0, tf.sum(weight!)).asScalar());
  },
});

const plugin = definePlugin({
  apiVersion: 1,
  name: 'waiters',
  version: '1.0.0',
  register: (container) =>
    container.add(
      defineComponent({
        slot: 'regularizer',
        id: 'waits',
        summary: 'Takes time.',
        options: z.strictObject({ milliseconds: z.number(), every: z.number() }),
        create: penaltyThatTakes,
      }),
    ),
});

test('a trick costs the time that a step without it saves, over as many steps as all that come at intervals need', async () => {
  const { config, plugins } = await resolveConfig({
    document: {
      backend: { use: 'wasm', threads: 1 },
      data: { use: 'shapes', count: 12, shapes: ['circle', 'star'] },
      generator: { use: 'biggan', channels: 2, latentSize: 4, attention: [] },
      discriminator: { use: 'biggan', channels: 2, attention: [] },
      batchSize: 2,
      regularizers: [
        { use: 'waits', milliseconds: 80, every: 2 },
        { use: 'waits', milliseconds: 60, every: 3 },
      ],
      augmentation: 'diff-augment',
      objectives: ['mode-seeking'],
      stabilizers: [],
    },
    plugins: [plugin],
  });
  const { tricks } = await bench(host, { config, plugins, steps: 1, tricks: true });
  // 80 / 2 + 60 / 3 milliseconds are a step of both.
  expect(tricks).toEqual([
    { slot: 'augmentation', use: 'diff-augment', shareOfStep: 0 },
    { slot: 'regularizer', use: 'waits', shareOfStep: expect.closeTo(40 / 60) },
    { slot: 'regularizer', use: 'waits', shareOfStep: expect.closeTo(20 / 60) },
    { slot: 'objective', use: 'mode-seeking', shareOfStep: 0 },
  ]);
});
