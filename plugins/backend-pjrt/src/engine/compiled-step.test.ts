import * as tf from '@tensorflow/tfjs';
import type { NamedTensors } from '@ganymede/core';
import { activeBackend, liveOf, numbers } from '../../testing/active-backend.js';
import { plugins } from '../../testing/plugins.js';

describe.each(plugins)('%s: a compiled step', (_, make) => {
  const { backend, step } = activeBackend(() => make());

  test('variables are donated, and their new values take their memory', async () => {
    const v = tf.variable(tf.tensor1d([1, 2, 3]));
    const frozen = tf.variable(tf.tensor1d([10, 10, 10]));
    const add = step(({ x }) => {
      v.assign(tf.add(v, tf.mul(x!, frozen)));
      return { sum: tf.sum(v) };
    });
    const [{ sum: first }, { sum: second }] = [
      await add.run({ x: tf.scalar(1) }),
      await add.run({ x: tf.scalar(2) }),
    ];
    expect([...numbers(first), ...numbers(second), ...numbers(v)]).toEqual([36, 96, 31, 32, 33]);
    expect(add.statistics).toMatchObject({ traces: 1, unusedDonations: [] });
    add.dispose();
  });

  test('a variable that shares its data with a tensor leaves the tensor as it is', async () => {
    const start = tf.tensor1d([1, 2, 3]);
    const v = tf.variable(start);
    const kept = tf.clone(v);
    const twice = step(() => {
      v.assign(tf.mul(v, 2));
      return {};
    });
    await twice.run({});
    const seen = tf.clone(v);
    await twice.run({});
    expect([start, kept, seen, v].map(numbers)).toEqual([
      [1, 2, 3],
      [1, 2, 3],
      [2, 4, 6],
      [4, 8, 12],
    ]);
    expect(twice.statistics.unusedDonations).toEqual([]);
    twice.dispose();
  });

  test('inputs and variables whose data lie on the device under another shape', async () => {
    const [flat, gone, row] = [tf.tensor1d([1, 2, 3, 4]), tf.tensor1d([1, 1, 1, 1]), tf.tensor1d([5, 6])];
    const shared = tf.variable(tf.reshape(flat, [2, 2]));
    const alone = tf.variable(tf.reshape(gone, [2, 2]));
    const frozen = tf.variable(tf.reshape(row, [1, 2]));
    const x = tf.tensor1d([10, 20]);
    tf.square(gone); // brings the data there
    gone.dispose();
    const add = step(({ x, y }) => {
      const sum = tf.add(frozen, x!);
      shared.assign(tf.add(shared, sum));
      alone.assign(tf.add(alone, sum));
      return { y: tf.mul(y!, 2) };
    });
    const run = async (): Promise<number[]> => {
      const column = tf.reshape(x, [2, 1]);
      const { y } = await add.run({ x: column, y: x });
      const found = numbers(y);
      tf.dispose([column, y!]);
      return found;
    };
    expect(await run()).toEqual([20, 40]);
    expect([shared, alone, flat, row].map(numbers)).toEqual([
      [16, 18, 28, 30],
      [16, 17, 26, 27],
      [1, 2, 3, 4],
      [5, 6],
    ]);
    const before = liveOf(backend());
    await run();
    expect(liveOf(backend())).toEqual(before);
    expect(numbers(shared)).toEqual([31, 34, 53, 56]);
    add.dispose();
  });

  test('variables that swap their values, and one that takes an input', async () => {
    const [a, b, c] = [1, 2, 3].map((value) => tf.variable(tf.scalar(value))) as [
      tf.Variable,
      tf.Variable,
      tf.Variable,
    ];
    const swap = step(({ x }) => {
      const old = tf.clone(a);
      a.assign(tf.clone(b));
      b.assign(old);
      c.assign(x!);
      return {};
    });
    await swap.run({ x: tf.scalar(7) });
    expect([a, b, c].map((v) => numbers(v)[0])).toEqual([2, 1, 7]);
    await swap.run({ x: tf.scalar(8) });
    expect([a, b, c].map((v) => numbers(v)[0])).toEqual([1, 2, 8]);
    swap.dispose();
  });

  test('tensors that are met keep their value: small, of one number, and large ones', async () => {
    const large = tf.range(0, 5000);
    const computed = tf.square(tf.tensor1d([1, 2, 3]));
    const meets = step(({ x }) => ({
      y: tf.add(tf.sum(tf.mul(x!, large)), tf.add(tf.sum(tf.ones([3000])), tf.sum(computed))),
    }));
    const before = await meets.run({ x: tf.scalar(1) });
    tf.dispose([large, computed]);
    const after = await meets.run({ x: tf.scalar(2) });
    const sum = (4999 * 5000) / 2;
    expect([numbers(before.y)[0]! / (sum + 3014), numbers(after.y)[0]! / (2 * sum + 3014)]).toEqual([
      expect.closeTo(1, 6),
      expect.closeTo(1, 6),
    ]);
    meets.dispose();
  });

  test('another signature is another program', async () => {
    const square = step(({ x }) => ({ y: tf.square(x!) }));
    expect(numbers((await square.run({ x: tf.tensor1d([1, 2]) })).y)).toEqual([1, 4]);
    expect(numbers((await square.run({ x: tf.tensor1d([3]) })).y)).toEqual([9]);
    expect(square.statistics.traces).toBe(2);
    square.dispose();
  });

  test.each<[string, (x: tf.Tensor) => NamedTensors, string]>([
    ['a value that is read', (x) => ({ y: tf.scalar(tf.add(x, 1).dataSync()[0]!) }), 'VALUE_READ_IN_TRACE'],
    ['a new variable', (x) => ({ y: tf.variable(tf.scalar(1)).mul(x) }), 'VARIABLE_MADE_IN_TRACE'],
    ['a result that is none', () => 3 as unknown as NamedTensors, 'BAD_RESULT'],
    ['a missing kernel', (x) => ({ y: tf.spectral.fft(tf.complex(x, x)) }), 'KERNEL_MISSING'],
  ])('%s is an error, and leaves everything as it was', async (_, body, code) => {
    const v = tf.variable(tf.scalar(5));
    const bad = step(({ x }) => {
      v.assign(tf.add(v, x!));
      return body(x!);
    });
    await expect(bad.run({ x: tf.scalar(1) })).rejects.toMatchObject({ code });
    expect(numbers(v)).toEqual([5]);
    bad.dispose();
    await expect((async () => bad.run({ x: tf.scalar(1) }))()).rejects.toMatchObject({
      code: 'STEP_DISPOSED',
    });
  });

  test('a thousand steps leave nothing behind', async () => {
    const v = tf.variable(tf.zeros([1000]));
    const count = step(({ x }) => {
      v.assign(tf.add(v, x!));
      return { mean: tf.mean(v) };
    });
    const once = async (): Promise<void> => {
      const x = tf.scalar(1);
      const { mean } = await count.run({ x });
      tf.dispose([x, mean!]);
    };
    await once();
    const before = [tf.memory().numTensors, liveOf(backend())];
    for (let i = 0; i < 1000; i++) await once();
    expect([tf.memory().numTensors, liveOf(backend())]).toEqual(before);
    expect(numbers(v)[0]).toBe(1001);
    count.dispose();
  });
});
