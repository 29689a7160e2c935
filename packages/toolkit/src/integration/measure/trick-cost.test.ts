import * as tf from '@tensorflow/tfjs';
import { defineComponent, definePlugin, type Regularizer } from '@ganymede/core';
import { z } from 'zod';
import { bench, resolveConfig } from '../../operations.js';

/** Every second step of G, a hundred products of matrices that nothing needs. */
const idle: Regularizer = {
  network: 'generator',
  interval: 2,
  penalty: ({ weights }) =>
    tf.tidy(() => {
      let product = tf.ones([200, 200]);
      for (let i = 0; i < 100; i++) product = tf.matMul(product, product).mul(1 / 200);
      const [weight] = Object.values(weights);
      return tf.add(tf.mean(product), tf.mul(0, tf.sum(weight!))).asScalar();
    }),
};

const plugin = definePlugin({
  apiVersion: 1,
  name: 'idlers',
  version: '1.0.0',
  register: (container) =>
    container.add(
      defineComponent({
        slot: 'regularizer',
        id: 'idle',
        summary: 'Takes time.',
        options: z.strictObject({}),
        create: () => idle,
      }),
    ),
});

test('a trick costs the time that a step without it saves, one that comes at an interval too', async () => {
  const { config, plugins } = await resolveConfig({
    document: {
      backend: { use: 'wasm', threads: 1 },
      data: { use: 'shapes', count: 12, shapes: ['circle', 'star'] },
      generator: { use: 'biggan', channels: 2, latentSize: 4, attention: [] },
      discriminator: { use: 'biggan', channels: 2, attention: [] },
      batchSize: 2,
      regularizers: ['lecam', 'idle'],
      augmentation: 'diff-augment',
      objectives: ['mode-seeking'],
      stabilizers: [],
    },
    plugins: [plugin],
  });
  const { tricks } = await bench({ config, plugins, steps: 3, tricks: true });
  expect(tricks).toEqual([
    { slot: 'augmentation', use: 'diff-augment', shareOfStep: expect.any(Number) },
    { slot: 'regularizer', use: 'lecam', shareOfStep: expect.any(Number) },
    { slot: 'regularizer', use: 'idle', shareOfStep: expect.any(Number) },
    { slot: 'objective', use: 'mode-seeking', shareOfStep: expect.any(Number) },
  ]);
  const share = Object.fromEntries(tricks.map(({ use, shareOfStep }) => [use, shareOfStep]));
  for (const cheap of ['diff-augment', 'lecam', 'mode-seeking'])
    expect(share['idle']).toBeGreaterThan(0.1 + share[cheap]!);
  expect(share['idle']).toBeLessThan(1);
});
