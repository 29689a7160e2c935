import { createServer, type AddressInfo } from 'node:net';
import * as tf from '@tensorflow/tfjs';
import { registerTensorFlow } from './backend.js';
import { Collectives } from './collectives.js';
import type { WorkersOptions } from './workers-options.js';
import type { NodeBackend } from './kernels.js';
import { freeAddresses } from '@ganymede/testing';
import { inEachProcess, type Given } from './testing/in-each-process.js';
import { BundledPackage } from './testing/own-process.js';

jest.setTimeout(120_000);

let bundled: BundledPackage;
beforeAll(() => {
  bundled = new BundledPackage();
});
afterAll(() => bundled.remove());

/** What a program that returns a value gives in each of several processes, where `all` has the ops and `rank` is its own. */
async function inEach(
  count: number,
  body: string,
  { timeoutSeconds = 60 as number | null, absent = [] as readonly number[], generation = 0 } = {},
): Promise<readonly Given[]> {
  const addresses = await freeAddresses(count);
  const ranks = addresses.map((_, rank) => rank).filter((rank) => !absent.includes(rank));
  return inEachProcess(
    bundled,
    ranks.map((rank) => ({
      body: `const all = tensorflow.collectives; const { rank } = all; ${body}`,
      options: {
        workers: { addresses, rank, ...(timeoutSeconds === null ? {} : { timeoutSeconds }), generation },
      },
    })),
  );
}

test('sum, mean, gather and broadcast give the same in all processes', async () => {
  const results = await inEach(
    3,
    `const x = tf.tensor2d([[rank, 10 * rank], [1, 2]]);
     all.barrier();
     return [all.sum(x), all.mean(x), all.gather(x), all.broadcast(x, 2), all.sum(tf.scalar(rank + 1, 'int32'))]
       .map((one) => [one.dtype, one.arraySync()]);`,
  );
  const expected = [
    [
      'float32',
      [
        [3, 30],
        [3, 6],
      ],
    ],
    [
      'float32',
      [
        [1, 10],
        [1, 2],
      ],
    ],
    [
      'float32',
      [
        [0, 0],
        [1, 2],
        [1, 10],
        [1, 2],
        [2, 20],
        [1, 2],
      ],
    ],
    [
      'float32',
      [
        [2, 20],
        [1, 2],
      ],
    ],
    ['int32', 6],
  ];
  expect(results.map(({ value }) => value)).toEqual([expected, expected, expected]);
});

test('a mean travels as bfloat16 where it is told to: rounded, the same in all, and float32 again', async () => {
  const results = await inEach(
    2,
    `const values = [1 + 1 / 512, 3, -7.3, 1e-3].map((value) => value * (rank + 1));
     const x = tf.tensor1d(values);
     const step = compile(tensorflow, ({ x }) => ({ y: all.mean(x, 'bfloat16') }), { name: 'rounded' });
     const { y } = await step.run({ x });
     return [y.dtype, y.arraySync()];`,
  );
  const [dtype, values] = results[0]!.value as [string, number[]];
  expect(dtype).toBe('float32');
  expect(results[1]!.value).toEqual(results[0]!.value);
  const exact = [1 + 1 / 512, 3, -7.3, 1e-3].map((value) => value * 1.5);
  values.forEach((value, i) => expect(Math.abs(value / exact[i]! - 1)).toBeLessThan(2 ** -7));
  expect(values.some((value, i) => value !== Math.fround(exact[i]!))).toBe(true);
});

test('gradients are summed over the losses of all processes, and ops leave no tensors but their results', async () => {
  const results = await inEach(
    2,
    `const x = tf.tensor2d([[1, 2], [3, 4]]);
     const weights = tf.tensor2d([[1, 2], [3, 4], [5, 6], [7, 8]]).mul(10 ** rank);
     const before = tf.memory().numTensors;
     const gradients = [
       tf.grad((x) => all.sum(x).mul(rank + 1).sum())(x),
       tf.grad((x) => all.mean(x).mul(rank + 1).sum())(x),
       tf.grad((x) => all.gather(x).mul(weights).sum())(x),
       tf.grad((x) => tf.grad((x) => all.gather(x).square().mul(weights).sum())(x).sum())(x),
       all.broadcast(tf.scalar(rank), 1),
     ].map((one) => one.arraySync());
     // Of the five results and the scalar that is sent.
     return [...gradients, tf.memory().numTensors - before - 6];`,
  );
  const rows = (values: readonly number[]): readonly number[][] => [values.slice(0, 2), values.slice(2)];
  results.forEach(({ value }, rank) => {
    const own = [1, 2, 3, 4].map((weight) => weight + 4 * rank);
    expect(value).toEqual([
      rows([3, 3, 3, 3]),
      rows([1.5, 1.5, 1.5, 1.5]),
      rows(own.map((weight) => 11 * weight)),
      rows(own.map((weight) => 22 * weight)),
      ...[1, 0],
    ]);
  });
});

test('groups of four processes are between themselves, in compiled functions and to second order, beside ops of all', async () => {
  const results = await inEach(
    4,
    `const pair = all.grouped(2);
     const alone = all.grouped(1);
     const step = compile(tensorflow, ({ x }) => ({
       sum: pair.sum(x),
       gather: pair.gather(x),
       all: pair.all.sum(x),
       alone: alone.mean(x),
       broadcast: pair.broadcast(x, 1),
       gradient: tf.grad((x) => tf.grad((x) => pair.mean(x).square().mul(rank + 1).sum())(x).square().sum())(x),
     }));
     const { sum, gather, gradient, ...rest } = await step.run({ x: tf.tensor1d([rank + 1]) });
     return [pair.rank, pair.size, all.grouped(2) === pair,
       ...[sum, gather, rest.all, rest.alone, rest.broadcast, gradient].map((one) => one.arraySync())];`,
    { generation: 1_700_000_000 },
  );
  const values = results.map(({ value }) => (value as unknown[]).slice(0, -1));
  expect(values).toEqual([
    [0, 2, true, [3], [1, 2], [10], [1], [2]],
    [1, 2, true, [3], [1, 2], [10], [2], [2]],
    [0, 2, true, [7], [3, 4], [10], [3], [4]],
    [1, 2, true, [7], [3, 4], [10], [4], [4]],
  ]);
  // With m and w the means of a pair's x and rank + 1, each of the pair has the gradient 2 m w, and of its square 8 m w^2.
  const gradients = results.map(({ value }) => ((value as unknown[]).at(-1) as number[])[0]!);
  [1.5, 1.5, 3.5, 3.5].forEach((m, i) => {
    expect(gradients[i]).toBeCloseTo(8 * m * m * m, 2);
  });
});

test('a size that does not divide the processes into groups is refused', () => {
  const all = new Collectives(null as unknown as NodeBackend, { addresses: two, rank: 0 });
  for (const size of [3, 0, 1.5])
    expect(() => all.grouped(size)).toThrow(
      expect.objectContaining({ code: 'BAD_WORKERS', message: expect.stringContaining(`got ${size}`) }),
    );
});

test('a mean of integers, which would be cut to an integer, is refused', async () => {
  const [first, second] = await inEach(
    2,
    `try { return all.mean(tf.scalar(rank, 'int32')).arraySync(); }
     catch ({ code, message }) { return { code, message }; }`,
  );
  const refusal = { code: 'BAD_DATA_TYPE', message: 'mean of all processes: expected float32, got int32' };
  expect([first!.value, second!.value]).toEqual([refusal, refusal]);
});

test('a compiled function may call all of them, again and again', async () => {
  const results = await inEach(
    2,
    `const step = compile(tensorflow, ({ x }) => ({
       sum: all.sum(x),
       mean: all.mean(x),
       gather: all.gather(x),
       gradient: tf.grad((x) => all.gather(x).square().sum())(x),
       broadcast: all.broadcast(x, 1),
     }));
     const runs = [];
     for (const i of [0, 1]) {
       const results = await step.run({ x: tf.tensor1d([i, rank + 1]) });
       runs.push(Object.values(results).map((one) => one.arraySync()));
     }
     return runs;`,
  );
  results.forEach(({ value }, rank) => {
    const expected = (i: number): number[][] => [
      [2 * i, 3],
      [i, 1.5],
      [i, 1, i, 2],
      [4 * i, 4 * (rank + 1)],
      [i, 2],
    ];
    expect(value).toEqual([expected(0), expected(1)]);
  });
});

/**
 * A step as training has them: statistics of the whole batch, a loss of each part, a penalty on a gradient through the
 * statistics, averaged gradients. `mean` and `part` are what differs between one process and several.
 */
const step = `
  const w = tf.variable(tf.tensor1d([0.5, -1, 2]), true, 'w');
  const centred = (x) => {
    const centre = mean(x.mean(0));
    return x.sub(centre).div(mean(x.sub(centre).square().mean(0)).add(0.1).sqrt());
  };
  const logits = (x) => centred(x.mul(w)).pow(3).sum(1).tanh();
  const loss = (x) => {
    const slope = tf.grad((x) => logits(x).mean())(x);
    return logits(x).sub(1).square().mean().add(slope.square().sum(1).mean().mul(whole * whole));
  };
  const step = compile(tensorflow, ({ x }) => {
    const { value, grads } = tf.variableGrads(() => loss(part(x)));
    const gradient = mean(grads.w);
    w.assign(w.sub(gradient.mul(0.05)));
    return { loss: mean(value), gradient };
  });
  const rows = [];
  for (let i = 0; i < 6; i++) {
    const x = tf.sin(tf.range(0, 18).mul(1 + i).add(0.3 * i)).reshape([6, 3]);
    const { loss, gradient } = await step.run({ x });
    rows.push([loss.dataSync()[0], ...gradient.dataSync(), ...w.dataSync()]);
  }
  return rows;`;

test('steps of three processes are those of one with the whole batch, second-order gradients and all', async () => {
  const together = await inEach(
    3,
    `const mean = (x) => all.mean(x);
     const part = (x) => x.slice([2 * rank, 0], [2, 3]);
     const whole = 2;
     ${step}`,
  );
  const [{ value }] = (await inEachProcess(bundled, [
    { body: `const mean = (x) => x; const part = (x) => x; const whole = 6; ${step}` },
  ])) as [Given];
  const alone = value as number[][];
  for (const { value } of together) {
    const rows = value as number[][];
    expect(rows).toEqual(together[0]!.value);
    for (const [i, row] of rows.entries())
      for (const [j, number] of row.entries()) expect(number).toBeCloseTo(alone[i]![j]!, 4);
  }
  expect(Math.abs(alone[5]![4]! - 0.5)).toBeGreaterThan(1e-3);
});

test('where one process is gone, the others are told, in the time limit at the latest', async () => {
  const [first, second] = await inEach(
    2,
    `const step = compile(tensorflow, ({ x }) => ({ y: all.sum(x) }));
     await step.run({ x: tf.ones([4]) });
     if (rank === 1) process.kill(process.pid, 'SIGKILL');
     const begun = Date.now();
     const error = await step.run({ x: tf.ones([4]) }).catch((error) => error);
     return { code: error.code, message: error.message, seconds: (Date.now() - begun) / 1000 };`,
    { timeoutSeconds: 5 },
  );
  expect(second!.signal).toBe('SIGKILL');
  const { code, message, seconds } = first!.value as { code: string; message: string; seconds: number };
  expect(code).toBe('TENSORFLOW_ERROR');
  // Which of the two depends on whether the other was gone before the op began.
  expect(message).toMatch(/task:1|timed out/);
  expect(seconds).toBeLessThan(30);
});

test('ops leave no threads behind', async () => {
  const results = await inEach(
    2,
    `const { readdirSync } = await import('node:fs');
     const threads = () => readdirSync('/proc/self/task').length;
     const step = compile(tensorflow, ({ x }) => ({ y: all.sum(x) }));
     const run = async (times) => {
       for (let i = 0; i < times; i++) Object.values(await step.run({ x: tf.ones([4]) })).forEach((one) => one.dispose());
     };
     await run(20);
     const before = threads();
     await run(200);
     return threads() - before;`,
    { timeoutSeconds: null },
  );
  for (const { value } of results) expect(value).toBeLessThan(50);
});

test('one that does not come is waited for as long as is said', async () => {
  const [first] = await inEach(
    2,
    `const begun = Date.now();
     try { all.sum(tf.ones([4])).dataSync(); return null; }
     catch ({ code, message }) { return { code, message, seconds: (Date.now() - begun) / 1000 }; }`,
    { timeoutSeconds: 3, absent: [1] },
  );
  const { code, message, seconds } = first!.value as { code: string; message: string; seconds: number };
  expect([code, message]).toEqual([
    'TENSORFLOW_ERROR',
    expect.stringMatching(/timed out waiting for other workers/),
  ]);
  expect(seconds).toBeGreaterThan(2);
});

const two = ['localhost:2222', 'localhost:2223'];
test.each<[WorkersOptions, RegExp]>([
  [{ addresses: ['localhost:2222'], rank: 0 }, /at least two addresses, got 1/],
  [{ addresses: ['localhost', 'localhost:2223'], rank: 0 }, /such as host:2222, got localhost$/],
  [{ addresses: [two[0]!, two[0]!], rank: 0 }, /got localhost:2222 twice/],
  [{ addresses: two, rank: 2 }, /a rank from 0 to 1, got 2/],
  [{ addresses: two, rank: 0.5 }, /got 0.5/],
  [{ addresses: two, rank: 0, timeoutSeconds: 0 }, /above 0 seconds, got 0/],
])('%j is refused', (workers, message) => {
  const register = (): unknown => registerTensorFlow({ name: 'together', workers });
  expect(register).toThrow(
    expect.objectContaining({ code: 'BAD_WORKERS', message: expect.stringMatching(message) }),
  );
  expect(tf.findBackendFactory('together')).toBeNull();
});

test('a broadcast from nobody is refused, where all would wait for it', () => {
  const all = new Collectives(null as unknown as NodeBackend, { addresses: two, rank: 0 });
  const x = tf.scalar(1);
  for (const from of [2, -1, 0.5])
    expect(() => all.broadcast(x, from)).toThrow(
      expect.objectContaining({ code: 'BAD_WORKERS', message: expect.stringContaining(`got ${from}`) }),
    );
  x.dispose();
});

test('a port that is taken is named', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const workers = { addresses: [address, '127.0.0.1:9'], rank: 0 };
  try {
    expect(() => registerTensorFlow({ name: 'together', workers })).toThrow(
      expect.objectContaining({ code: 'WORKER_NOT_STARTED', message: expect.stringContaining(address) }),
    );
  } finally {
    server.close();
  }
});
