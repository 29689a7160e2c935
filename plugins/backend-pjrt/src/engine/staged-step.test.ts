import * as tf from '@tensorflow/tfjs';
import type { NamedTensors, Replicas } from '@ganymede/core';
import { WorkerSet, type HostNumbers, type HostSum } from '@ganymede/tensorflow';
import { RunQueue } from '@ganymede/tracing';
import { activeBackend, liveOf, numbers } from '../../testing/active-backend.js';
import { plugins } from '../../testing/plugins.js';
import { PjrtStep, type StepEngine } from './compiled-step.js';
import { PjrtReplicas } from './replicas.js';
import type { Host } from './sums.js';

/** Processes' memories in one: a sum is there when all have come. */
class Meeting {
  private readonly waiting = new Map<string, { parts: HostNumbers[]; done: (sum: HostNumbers) => void }[]>();
  /** Numbers that travelled, of each sum. */
  readonly lengths: number[] = [];

  host(rank: number, size: number): Host {
    let keys = 0;
    const addresses = Array.from({ length: size }, (_, i) => `127.0.0.1:${i + 1}`);
    return {
      all: WorkerSet.all({ addresses, rank }),
      newKey: () => ++keys,
      sum: (numbers, sum) => this.come(numbers, sum) as Promise<never>,
      sumSync: () => {
        throw new Error('one thread cannot wait for itself');
      },
      dispose: () => undefined,
    };
  }

  private come(numbers: HostNumbers, { among, key, travelsAs }: HostSum): Promise<HostNumbers> {
    const name = [among.key, key, travelsAs].join();
    return new Promise((done) => {
      const others = this.waiting.get(name) ?? [];
      others.push({ parts: [numbers], done });
      this.waiting.set(name, others);
      if (others.length < among.size) return;
      this.waiting.delete(name);
      const sum = numbers.slice();
      for (const { parts } of others.slice(0, -1)) parts[0]!.forEach((value, i) => (sum[i]! += value));
      this.lengths.push(sum.length);
      for (const one of others) one.done(sum);
    });
  }
}

describe.each(plugins)('%s: a step of several processes', (_, make) => {
  const { backend } = activeBackend(() => make());
  const engine = (): StepEngine => Reflect.get(backend(), 'active') as StepEngine;

  /** What a process is to others, and the steps that it makes. */
  function processes(size: number, meeting = new Meeting()) {
    return Array.from({ length: size }, (_, rank) => {
      const host = meeting.host(rank, size);
      const own: StepEngine = { ...engine(), host, runs: new RunQueue() };
      const replicas = new PjrtReplicas(own.kernels, host);
      const step = (body: (inputs: NamedTensors) => NamedTensors): PjrtStep =>
        new PjrtStep(own, body, { name: 'step' });
      return { rank, replicas, step };
    });
  }

  /** A layer with batch normalization over all processes, a penalty on its gradient at the inputs, and a step of descent. */
  function training(replicas: Replicas | undefined) {
    const mean = <T extends tf.Tensor>(x: T): T => replicas?.mean(x) ?? x;
    const weight = (values: number[], shape: [number, number]): tf.Variable =>
      tf.tidy(() => tf.variable(tf.tensor2d(values, shape)));
    const w = weight([0.5, -0.2, 0.3, 0.8, -0.7, 0.1], [3, 2]);
    const v = weight([1, -2], [2, 1]);
    const output = (x: tf.Tensor): tf.Tensor => {
      const h = tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D);
      const centre = mean(tf.mean(h, 0));
      const variance = mean(tf.mean(tf.square(tf.sub(h, centre)), 0));
      return tf.matMul(tf.tanh(tf.div(tf.sub(h, centre), tf.sqrt(tf.add(variance, 1e-3)))), v as tf.Tensor2D);
    };
    const body = ({ x }: NamedTensors): NamedTensors => {
      const { value, grads } = tf.variableGrads(() => {
        const slope = tf.grad((x: tf.Tensor) => tf.sum(output(x)))(x!);
        const penalty = tf.mean(tf.sum(tf.square(slope), 1));
        return tf.add(tf.mean(tf.square(tf.sub(output(x!), 1))), penalty) as tf.Scalar;
      }, [w, v]);
      for (const one of [w, v]) one.assign(tf.sub(one, tf.mul(0.1, mean(grads[one.name]!))));
      return { loss: mean(value) };
    };
    return { body, weights: [w, v] };
  }

  const batch = tf.util.createShuffledIndices(24).slice();
  const x = (): tf.Tensor2D =>
    tf.tensor2d(
      Float32Array.from(batch, (value) => Math.sin(value)),
      [8, 3],
    );

  test('two with half of the batch each make the steps of one with all of it', async () => {
    const size = 2;
    const before = liveOf(backend()).buffers;
    const alone = training(undefined);
    const sole = new PjrtStep(engine(), alone.body, { name: 'step' });
    const all = processes(size);
    const trained = all.map(({ replicas, step }) => {
      const { body, weights } = training(replicas);
      return { step: step(body), weights };
    });
    const images = x();
    const parts = tf.split(images, size);
    for (let i = 0; i < 3; i++) {
      const { loss } = await sole.run({ x: images });
      const losses = await Promise.all(trained.map(({ step }, rank) => step.run({ x: parts[rank]! })));
      for (const one of losses) {
        expect(numbers(one.loss)[0]).toBeCloseTo(numbers(loss)[0]!, 5);
        tf.dispose(one);
      }
      loss!.dispose();
    }
    for (const { weights } of trained)
      weights.forEach((one, i) => {
        numbers(one).forEach((value, at) => expect(value).toBeCloseTo(numbers(alone.weights[i])[at]!, 5));
        // All have the same, bit for bit.
        expect(numbers(one)).toEqual(numbers(trained[0]!.weights[i]));
      });
    tf.dispose([images, parts, alone.weights, trained.map(({ weights }) => weights)]);
    for (const { step } of trained) step.dispose();
    sole.dispose();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(liveOf(backend()).buffers).toBe(before);
  });

  test('sum, mean, gather, broadcast, and groups', async () => {
    const given = await Promise.all(
      processes(4).map(({ rank, replicas, step }) =>
        step(({ x, n }) => ({
          sum: replicas.sum(x!),
          counted: replicas.sum(n!),
          mean: replicas.mean(x!, 'bfloat16'),
          all: replicas.gather(x!),
          third: replicas.broadcast(x!, 2),
          pair: replicas.grouped(2).sum(x!),
          same: replicas.sum(tf.ones([2])),
        })).run({ x: tf.tensor1d([rank, 1]), n: tf.scalar(rank + 1, 'int32') }),
      ),
    );
    given.forEach((outputs, rank) => {
      const { pair, ...others } = Object.fromEntries(
        Object.entries(outputs).map(([name, tensor]) => [name, numbers(tensor)]),
      );
      expect(pair).toEqual(rank < 2 ? [1, 2] : [5, 2]);
      const all = [0, 1, 1, 1, 2, 1, 3, 1];
      expect(others).toEqual({
        sum: [6, 4],
        counted: [10],
        mean: [1.5, 1],
        all,
        third: [2, 1],
        same: [4, 4],
      });
    });
    tf.dispose(given);
  });

  test('outside of a step, at once, with gradients', () => {
    const host = {
      ...new Meeting().host(1, 2),
      sumSync: (numbers: HostNumbers) => numbers.map((x) => 2 * x),
    };
    const replicas = new PjrtReplicas(engine().kernels, host as Host);
    const slope = tf.grad((x: tf.Tensor) => tf.sum(tf.square(replicas.mean(x))))(tf.tensor1d([1, -3]));
    expect(numbers(replicas.sum(tf.tensor1d([1, -3])))).toEqual([2, -6]);
    expect(numbers(slope)).toEqual([2, -6]);
    expect(replicas.sum(tf.scalar(2, 'int32')).dtype).toBe('int32');
    const of = (from: number) => expect.objectContaining({ message: expect.stringContaining(`got ${from}`) });
    expect(() => replicas.broadcast(tf.scalar(1), 2)).toThrow(of(2));
    expect(() => replicas.mean(tf.scalar(1, 'int32'))).toThrow(
      expect.objectContaining({ code: 'BAD_DATA_TYPE' }),
    );
    expect(() => replicas.grouped(3)).toThrow(expect.objectContaining({ code: 'BAD_WORKERS' }));
  });

  test('what does not wait for one another travels together', async () => {
    const meeting = new Meeting();
    const made = processes(2, meeting).map(({ replicas, step }) =>
      step(({ x }) => {
        const [a, b] = [replicas.sum(x!), replicas.sum(tf.mul(x!, 2))];
        return { y: replicas.sum(tf.add(a, b)) };
      }),
    );
    const given = await Promise.all(made.map((step) => step.run({ x: tf.tensor1d([1, 2, 3]) })));
    expect(given.map(({ y }) => numbers(y))).toEqual([
      [12, 24, 36],
      [12, 24, 36],
    ]);
    expect(meeting.lengths).toEqual([6, 3]);
    expect(made[0]!.module!.match(/^module/gm)).toHaveLength(3);
    tf.dispose(given);
  });

  test('a sum that is summed again, and used after that, leaves nothing', async () => {
    const steps = processes(2).map(({ replicas, step }) =>
      step(({ x }) => {
        const once = replicas.sum(x!);
        const twice = replicas.sum(once);
        return { y: tf.add(replicas.sum(tf.mul(twice, 2)), once) };
      }),
    );
    const x = tf.tensor1d([1, 2]);
    const run = async (): Promise<void> => {
      const given = await Promise.all(steps.map((step) => step.run({ x })));
      expect(given.map(({ y }) => numbers(y))).toEqual([
        [18, 36],
        [18, 36],
      ]);
      tf.dispose(given);
    };
    await run();
    const before = liveOf(backend()).buffers;
    await run();
    expect(liveOf(backend()).buffers).toBe(before);
  });

  test('where a sum fails, variables have what they had and nothing is left', async () => {
    const host = { ...new Meeting().host(0, 2), sum: () => Promise.reject(new Error('gone')) };
    const own: StepEngine = { ...engine(), host, runs: new RunQueue() };
    const replicas = new PjrtReplicas(own.kernels, host);
    const v = tf.variable(tf.tensor1d([1, 2]));
    const step = new PjrtStep(
      own,
      ({ x }) => {
        v.assign(tf.add(v, replicas.sum(x!)));
        return {};
      },
      { name: 'step' },
    );
    const x = tf.tensor1d([1, 1]);
    await expect(step.run({ x })).rejects.toThrow('gone');
    const before = liveOf(backend()).buffers;
    await expect(step.run({ x })).rejects.toThrow('gone');
    expect(liveOf(backend()).buffers).toBe(before);
    expect(numbers(v)).toEqual([1, 2]);
    step.dispose();
  });
});
