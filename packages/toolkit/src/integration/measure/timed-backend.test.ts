import * as tf from '@tensorflow/tfjs';
import type { Backend } from '@ganymede/core';
import { createContainer } from '../../container.js';
import { timedBackend } from '@ganymede/bench';

test('notes how long each compiled step runs and changes nothing else', async () => {
  const components = await createContainer();
  const inner: Backend = components.resolve('backend', { use: 'wasm', threads: 1 });
  await inner.activate();
  let clock = 0;
  const { backend, seconds } = timedBackend(inner, () => (clock += 500));
  const double = backend.compile(({ x }) => ({ y: tf.mul(x!, 2) }), { name: 'double' });
  const x = tf.tensor1d([1, 2]);
  for (let run = 0; run < 2; run++) {
    const { y } = await double.run({ x });
    expect(Array.from(await y!.data())).toEqual([2, 4]);
    y!.dispose();
  }
  expect(seconds).toEqual(new Map([['double', [0.5, 0.5]]]));
  double.dispose();
  x.dispose();
});

test('a step that is started while another runs is not charged for its wait', async () => {
  let clock = 0;
  const ends: (() => void)[] = [];
  const engine: Backend = {
    activate: () => Promise.reject(new Error('asked for nothing')),
    compile: () => ({
      run: () => new Promise((resolve) => ends.push(() => resolve({}))),
      dispose: () => undefined,
    }),
    dispose: () => undefined,
  };
  const { backend, seconds } = timedBackend(engine, () => clock);
  const [discriminator, generator] = ['discriminator', 'generator'].map((name) =>
    backend.compile(() => ({}), { name }).run({}),
  );
  clock = 3000;
  ends[0]!();
  await discriminator;
  clock = 5000;
  ends[1]!();
  await generator;
  expect(seconds).toEqual(
    new Map([
      ['discriminator', [3]],
      ['generator', [2]],
    ]),
  );
});
