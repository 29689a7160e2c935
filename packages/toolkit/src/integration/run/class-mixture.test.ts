import { resolve } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { evaluationCall } from '@ganymede/core';
import { drawLatents, latentSource, openGenerator } from '@ganymede/runs';
import type { SampleOptions } from '@ganymede/sampling';
import { sample } from '../../operations.js';
import { pluginHost } from '../../plugins/plugin-host.js';

const demo = resolve(__dirname, '../../../../cli/demo');
const options = {
  run: demo,
  ...{ seed: 2, ema: true, statistics: 'running', count: 3, backend: { use: 'wasm' } },
} as const satisfies SampleOptions;

/** Greatest difference of two sets of pixels. */
const most = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((greatest, value, i) => Math.max(greatest, Math.abs(value - b[i]!)), 0);

test('images of a mixture are those of the generator for its shares, and of one class those of the class', async () => {
  const { images, labels, classes } = await sample({ ...options, mixture: { circle: 0.25, star: 0.75 } });
  const star = classes.indexOf('star');
  expect([...labels]).toEqual([star, star, star]);
  const opened = await openGenerator(pluginHost, options);
  const { generator } = opened;
  const { z } = drawLatents(latentSource(opened, undefined), labels, generator.latentSize, options.seed);
  const row = classes.map((name) => (name === 'circle' ? 0.25 : name === 'star' ? 0.75 : 0));
  const expected = tf.tidy(() =>
    generator
      .generate(tf.tensor2d(z, [3, generator.latentSize]), tf.tensor2d([row, row, row]), evaluationCall)
      .add(1)
      .mul(127.5)
      .clipByValue(0, 255)
      .dataSync(),
  );
  await opened.close();
  expect(most(images, expected)).toBeLessThan(1);

  const whole = await sample({ ...options, mixture: { star: 1 } });
  const plain = await sample({ ...options, classes: ['star'] });
  expect(most(whole.images, plain.images)).toBeLessThanOrEqual(1);
  expect(most(images, plain.images)).toBeGreaterThan(20);

  await expect(sample({ ...options, mixture: { moon: 1 } })).rejects.toMatchObject({ code: 'UNKNOWN_CLASS' });
  await expect(sample({ ...options, mixture: { star: 1 }, classes: ['star'] })).rejects.toMatchObject({
    code: 'BAD_ARGUMENTS',
  });
});
