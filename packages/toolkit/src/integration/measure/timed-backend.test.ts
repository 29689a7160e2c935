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
