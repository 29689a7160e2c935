import * as tf from '@tensorflow/tfjs';
import { activeBackend, liveOf, numbers } from '../../testing/active-backend.js';
import { plugins } from '../../testing/plugins.js';

describe.each(plugins)('%s: a step on four devices', (_, make) => {
  const { backend, step } = activeBackend(() => make({ devices: 4 }));
  const rows = (count: number, width: number): tf.Tensor2D =>
    tf.tensor2d(
      Float32Array.from({ length: count * width }, (_, i) => i),
      [count, width],
    );

  test('says which it runs on', async () => {
    expect(await backend().activate()).toMatchObject({ device: 'cpu:0-3', devices: 4 });
  });

  test('a batch is divided, statistics are those of the whole batch, variables are whole and stay donated', async () => {
    const v = tf.variable(tf.tensor1d([1, 2]));
    const train = step(({ x, rate }) => {
      const centred = tf.sub(x!, tf.mean(x!, 0));
      v.assign(tf.add(v, tf.mul(tf.sum(tf.abs(centred), 0), rate!)));
      return { centred, mean: tf.mean(x!, 0) };
    });
    for (let k = 1; k <= 3; k++) {
      const { centred, mean } = await train.run({ x: rows(8, 2), rate: tf.scalar(0.5) });
      expect(centred!.shape).toEqual([8, 2]);
      expect(numbers(mean)).toEqual([7, 8]);
      expect(numbers(centred)).toEqual([-7, -7, -5, -5, -3, -3, -1, -1, 1, 1, 3, 3, 5, 5, 7, 7]);
      expect(numbers(v)).toEqual([1 + 16 * k, 2 + 16 * k]);
    }
    expect(train.statistics).toMatchObject({ traces: 1, unusedDonations: [] });
    expect(train.module).toMatch(
      /%x: tensor<8x2xf32> \{sdy\.sharding = #sdy\.sharding<@mesh, \[\{"batch"\}, \{\}\]>\}/,
    );
    train.dispose();
  });

  test('what four do not divide, and what lies on a device, is whole on each', async () => {
    const w = tf.variable(rows(4, 1));
    const kept = tf.clone(w);
    const product = step(({ x, before }) => {
      w.assign(tf.add(w, 1));
      return { y: tf.matMul(x as tf.Tensor2D, tf.sub(w, before!) as tf.Tensor2D) };
    });
    const first = await product.run({ x: rows(3, 4), before: kept });
    expect(numbers(first.y)).toEqual([6, 22, 38]);
    // The variable's values lie on the devices now, those of its clone too.
    const second = await product.run({ x: rows(8, 4), before: tf.clone(w) });
    expect(numbers(second.y)).toEqual([6, 22, 38, 54, 70, 86, 102, 118]);
    expect(numbers(kept)).toEqual([0, 1, 2, 3]);
    expect(product.statistics.traces).toBe(2);
    product.dispose();
  });

  test('between steps, kernels run on the first device and what they assign reaches all', async () => {
    const v = tf.variable(tf.tensor1d([1]));
    const add = step(({ x }) => {
      v.assign(tf.add(v, tf.sum(x!)));
      return { v: tf.add(v, 0) };
    });
    await add.run({ x: rows(4, 1) });
    v.assign(tf.mul(v, 10));
    const { v: seen } = await add.run({ x: rows(4, 1) });
    expect(numbers(seen)).toEqual([76]);
    expect(numbers(v)).toEqual([76]);
    add.dispose();
  });

  test('leaves nothing behind', async () => {
    const v = tf.variable(tf.zeros([4, 4]));
    const step4 = step(({ x }) => {
      v.assign(tf.add(v, tf.mean(x!)));
      return { loss: tf.sum(v) };
    });
    tf.dispose(await step4.run({ x: rows(8, 2) }));
    const before = liveOf(backend()).buffers;
    for (let k = 0; k < 20; k++) {
      const x = rows(8, 2);
      tf.dispose([x, ...Object.values(await step4.run({ x }))]);
    }
    expect(liveOf(backend()).buffers).toBe(before);
    step4.dispose();
  });

  test('a run that cannot start leaves nothing behind either', async () => {
    const shared = tf.variable(rows(4, 1));
    const gone = tf.variable(tf.scalar(1));
    const both = step(() => {
      shared.assign(tf.add(shared, gone));
      return {};
    });
    await both.run({});
    const kept = tf.clone(shared);
    tf.dispose(tf.add(kept, 0));
    gone.dispose();
    const before = liveOf(backend()).buffers;
    await expect(both.run({})).rejects.toMatchObject({ code: 'VARIABLE_DISPOSED' });
    expect(liveOf(backend()).buffers).toBe(before);
    expect(numbers(kept)).toEqual([1, 2, 3, 4]);
    both.dispose();
  });
});

test.each([
  [{ devices: 5 }, 'pjrt: expected devices 0 to 4, got 4 devices of cpu'],
  [{ devices: 2, device: 3 }, 'pjrt: expected devices 3 to 4, got 4 devices of cpu'],
  [{ devices: 'all' as const, device: 4 }, 'pjrt: expected a device 4, got 4 devices of cpu'],
])('%j is refused', async (options, message) => {
  const [[, make]] = plugins as [(typeof plugins)[number]];
  await expect(make(options).activate()).rejects.toThrow(
    expect.objectContaining({ code: 'NO_DEVICE', message }),
  );
});

test('all of them from one on', async () => {
  const [[, make]] = plugins as [(typeof plugins)[number]];
  const backend = make({ devices: 'all', device: 2 });
  expect(await backend.activate()).toMatchObject({ device: 'cpu:2-3', devices: 2 });
  backend.dispose();
});
