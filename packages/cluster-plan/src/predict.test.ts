import { survive } from './failures/survive.js';
import type { ClusterInputs } from './cluster-inputs.js';
import { given } from './known.js';
import { predict, type Prediction } from './predict.js';

const network = (weights: number[], normalized: number[] = []) => ({
  weights,
  normalized,
  parameters: weights.reduce((a, b) => a + b, 0),
});
const inputs: ClusterInputs = {
  workers: [1, 2, 4],
  config: {
    steps: 1000,
    seed: 0,
    batchSize: 64,
    accumulation: 2,
    discriminatorSteps: 2,
    splitDiscriminator: false,
    gradientExchange: 'float32',
    batchNormGroup: null,
    checkpoint: { every: 100, keepLast: 2 },
  },
  sizes: { generator: network([1000]), discriminator: network([3000]), penalties: [], stateBytes: 1e6 },
  step: given([
    { images: 32, value: 0.5 },
    { images: 64, value: 0.9 },
  ]),
  memory: given([{ images: 64, value: 2e9 }]),
  latencySeconds: given(1e-4),
  gapSeconds: null,
  bandwidth: given(1e9),
  jitter: null,
  imageBytes: given(3072),
  readImages: null,
  price: given(1.5),
  checkpointSeconds: given(2),
  hostSecondsToFailure: null,
  restartSeconds: null,
};
const rows = (changes: Partial<ClusterInputs> = {}): readonly Prediction[] =>
  predict({ ...inputs, ...changes }).map((row) => {
    if ('reason' in row) throw new Error(row.reason);
    return row;
  });

test('one process: its own step, no exchange, the whole cost', () => {
  const [one] = rows();
  expect(one).toMatchObject({
    workers: 1,
    batchSize: 64,
    accumulation: 2,
    stepSeconds: 1.8,
    exchangeSeconds: 0,
    exchanges: 0,
    sentBytes: 0,
    efficiency: 1,
    imagesPerSecond: (64 * 2 * 2) / 1.8,
    memoryBytes: 2e9,
    // 1000 steps, ten checkpoints.
    runSeconds: 1820,
    cost: (1820 / 3600) * 1.5,
  });
});

test('two: half the micro-batches, and the exchange by hand', () => {
  const two = rows()[1]!;
  expect(two).toMatchObject({ batchSize: 128, accumulation: 1, imagesEach: 64, computeSeconds: 0.9 });
  // D's gradients and numbers twice, G's once, the wishes once; each is two messages.
  const numbers = 2 * (5 + 1 + 1) + (5 + 1 + 1) + 3;
  const bytes = 4 * (2 * 3000 + 1000 + numbers);
  expect(two.exchanges).toBe(2 + 1 + 2 + 1 + 1);
  expect(two.exchangeSeconds).toBeCloseTo(7 * 2e-4 + bytes / 1e9, 12);
  expect(two.sentBytes).toBe(bytes);
  expect(two.stepSeconds).toBeCloseTo(0.9 + two.exchangeSeconds, 12);
  expect(two.efficiency).toBeCloseTo(1.8 / 2 / two.stepSeconds, 12);
});

test('four: fewer images at once take less than their part less', () => {
  expect(rows()[2]).toMatchObject({ batchSize: 128, accumulation: 1, imagesEach: 32, computeSeconds: 0.5 });
});

test('with a network without end, no jitter and a step in proportion the efficiency is 1', () => {
  const free = rows({
    step: given([{ images: 64, value: 0.9 }]),
    latencySeconds: given(0),
    bandwidth: given(Infinity),
  });
  for (const { efficiency } of free) expect(efficiency).toBeCloseTo(1, 12);
  // 1.061667 is the mean of the slower of two, 1.005013 that of one.
  const jitter = given(0.1);
  const jittering = rows({
    jitter,
    step: given([{ images: 64, value: 0.9 }]),
    latencySeconds: given(0),
    bandwidth: given(Infinity),
  });
  expect(jittering[1]!.efficiency).toBeCloseTo(1.005013 / 1.061667, 4);
});

test('where reading takes longer than all else, it is the step', () => {
  const [one, two] = rows({ readImages: given(100) }) as [Prediction, Prediction];
  expect(one.stepSeconds).toBe(2.56);
  expect(one.readBytesPerSecond).toBe(100 * 3072);
  expect(two.readSeconds).toBe(1.28);
  expect(two.stepSeconds).toBe(1.28);
});

test('numbers without a batch that goes on them say so and spoil nothing', () => {
  const all = predict({ ...inputs, workers: [1, 3, 512] });
  expect(all.map((row) => ('reason' in row ? row.reason : row.workers))).toEqual([
    1,
    'a batch of 128 has no 3 equal parts, 126 and 129 have',
    'a batch of 128 has less than one image for each',
  ]);
});

test('processes that make up no groups for batch statistics are named', () => {
  const config = { ...inputs.config, batchNormGroup: 4 };
  expect(predict({ ...inputs, config }).map((row) => ('reason' in row ? row.reason : row.workers))).toEqual([
    1,
    'they make up no groups of 4 for batch statistics',
    4,
  ]);
});

test.each([
  [{ workers: [] }, 'BAD_CLUSTER_INPUT', /^workers: /],
  [{ workers: [1.5] }, 'BAD_CLUSTER_INPUT', /^workers: .*1\.5$/],
  [{ step: given([]) }, 'CLUSTER_INPUT_MISSING', /^step: /],
  [{ bandwidth: given(0) }, 'BAD_CLUSTER_INPUT', /^bandwidth: /],
  [{ bandwidth: null }, 'CLUSTER_INPUT_MISSING', /^bandwidth: /],
  [{ latencySeconds: null }, 'CLUSTER_INPUT_MISSING', /^latency: /],
  [{ latencySeconds: given(-1) }, 'BAD_CLUSTER_INPUT', /^latencySeconds: /],
  [{ gapSeconds: given(1) }, 'BAD_CLUSTER_INPUT', /^gapSeconds: .*at most the latency/],
  [{ jitter: given(-0.1) }, 'BAD_CLUSTER_INPUT', /^jitter: /],
  [{ jitter: given(Number.NaN) }, 'BAD_CLUSTER_INPUT', /^jitter: /],
  [{ price: given(-1) }, 'BAD_CLUSTER_INPUT', /^price: /],
  [{ imageBytes: given(Number.NaN) }, 'BAD_CLUSTER_INPUT', /^imageBytes: /],
] as const)('%j is refused', (changes, code, message) => {
  expect(() => predict({ ...inputs, ...changes })).toThrow(
    expect.objectContaining({ code, message: expect.stringMatching(message) }),
  );
});

describe('failures', () => {
  const failing = { ...inputs, hostSecondsToFailure: given(3.6e5), restartSeconds: given(120) };

  test('are none where no time to failure is given', () => {
    expect(survive(inputs, rows()[0]!)).toBeNull();
  });

  test('are noticed after a minute or ten steps, and the best interval loses less than the given', () => {
    const two = predict(failing)[1] as Prediction;
    const survival = survive(failing, two)!;
    expect(survival).toMatchObject({
      secondsToFailure: 1.8e5,
      detectSeconds: 60,
      configured: { everySteps: 100 },
    });
    expect(survival.youngSeconds).toBeCloseTo(Math.sqrt(2 * 2 * 1.8e5), 9);
    expect(survival.best.goodput).toBeGreaterThan(survival.configured.goodput);
    expect(Math.abs(survival.bestSeconds / survival.youngSeconds - 1)).toBeLessThan(0.15);
    expect(survival.runSeconds).toBeCloseTo((1000 * two.stepSeconds) / survival.best.goodput, 6);
    expect(survival.cost).toBeCloseTo((survival.runSeconds / 3600) * 2 * 1.5, 9);
    expect(survive(failing, { ...two, stepSeconds: 12 })!.detectSeconds).toBe(120);
  });

  test('need to know how long a checkpoint and a restart take', () => {
    const [one] = rows();
    expect(() => survive({ ...failing, checkpointSeconds: null }, one!)).toThrow(/^checkpoint: /);
    expect(() => survive({ ...failing, restartSeconds: null }, one!)).toThrow(/^restart: /);
  });
});
