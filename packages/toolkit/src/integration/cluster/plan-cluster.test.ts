import { StallWatch } from '@ganymede/workers';
import { survive, type ClusterInputs, type Prediction } from '@ganymede/cluster-plan';
import { parseAssignment, planCluster, quantities, resolveConfig } from '../../index.js';

jest.setTimeout(300_000);

const given = {
  step: ['1.9s@256', '0.3s@16'].map((text) => quantities.parsePoint('--step', text, quantities.parseSeconds)),
  bandwidth: 1.25e9,
  latencySeconds: 50e-6,
  classes: 1000,
};

/** Its images are not opened where classes are given; the first component that needs no files stands for them. */
const imageNet = (preset: string): ReturnType<typeof resolveConfig> =>
  resolveConfig({ preset, assignments: [parseAssignment('data={ use: shapes }')] });

test.each(['biggan-128', 'biggan-256', 'biggan-512'])(
  '%s is planned up to 512 without its images',
  async (preset) => {
    const { config } = await imageNet(preset);
    const workers = [1, 2, 64, 512];
    const plan = await planCluster({ config, workers, numbers: given });
    expect(plan.here).toBeNull();
    expect(plan.inputs.step.source).toBe('given');
    const rows = plan.rows as readonly Prediction[];
    for (const [i, row] of rows.entries()) {
      expect(row.imagesEach * row.accumulation * workers[i]!).toBe(2048);
      // Each sends twice the gradients less what it keeps, and more than that.
      const gradients =
        4 * (config.discriminatorSteps * plan.parameters.discriminator + plan.parameters.generator);
      const least = (2 * (workers[i]! - 1) * gradients) / workers[i]!;
      expect(row.sentBytes).toBeGreaterThanOrEqual(least);
      expect(row.sentBytes).toBeLessThanOrEqual(least * 1.7);
    }
    // Many hosts wait for the messages of a ring.
    const efficiencies = rows.map(({ efficiency }) => efficiency);
    expect(efficiencies).toEqual([...efficiencies].sort((a, b) => b - a));
  },
);

test('a step that is not given is measured here, with its spread, memory, reading and checkpoint', async () => {
  const network = { use: 'biggan', channels: 2, attention: [] };
  const { config } = await resolveConfig({
    document: {
      backend: { use: 'wasm', threads: 1 },
      data: { use: 'shapes', count: 12, shapes: ['circle', 'star'] },
      generator: { ...network, latentSize: 4, hierarchical: false, sharedEmbedding: false },
      discriminator: network,
      batchSize: 8,
      steps: 50,
    },
  });
  const told: string[] = [];
  const plan = await planCluster({
    config,
    workers: [1, 2, 3],
    numbers: { hostSecondsToFailure: 1e6, price: 2 },
    exchange: {
      between: 'a and b',
      measure: () =>
        Promise.resolve({
          workers: 2,
          short: { bytes: 32, seconds: 2e-4 },
          long: { bytes: 4e6, seconds: 4.2e-3 },
          besideSeconds: 5e-5,
        }),
    },
    onEvent: (text) => told.push(text),
  });
  const { inputs } = plan;
  expect(inputs.step).toMatchObject({ source: 'measured', value: [{ images: 4 }, { images: 8 }] });
  expect(inputs.step.value[1]!.value).toBe(plan.here!.stepSeconds);
  expect(inputs.latencySeconds).toMatchObject({ source: 'measured' });
  expect(inputs.latencySeconds!.value).toBeCloseTo(1e-4, 6);
  expect(inputs.gapSeconds!.value).toBeCloseTo(2.5e-5, 9);
  expect(inputs.bandwidth!.value / 1e9).toBeCloseTo(1, 4);
  expect(inputs.jitter).toMatchObject({ source: 'measured' });
  expect(inputs.imageBytes).toEqual({ value: 32 * 32 * 3, source: 'computed' });
  expect(plan.exchangedBetween).toBe('a and b');
  expect(told).toContain('measuring the exchange between a and b');
  const [one, two, three] = plan.rows;
  expect(one).toMatchObject({
    workers: 1,
    exchangeSeconds: 0,
    survival: { configured: { everySteps: 1000 } },
  });
  expect(two).toMatchObject({ workers: 2, imagesEach: 4, cost: expect.any(Number) });
  expect(three).toEqual({ workers: 3, reason: 'a batch of 8 has no 3 equal parts, 6 and 9 have' });
});

test('what is missing, or cannot be, is told before anything is measured', async () => {
  const { config } = await imageNet('biggan-128');
  const planned = (numbers: Parameters<typeof planCluster>[0]['numbers']): Promise<unknown> =>
    planCluster({ config, workers: [2], numbers: { ...given, ...numbers } });
  const { step, classes: _, ...network } = given;
  await expect(
    planCluster({ config, workers: [2], numbers: { ...network, classes: 10 } }),
  ).rejects.toMatchObject({
    code: 'BAD_CLUSTER_INPUT',
    message: expect.stringMatching(/^classes: /),
  });
  await expect(planCluster({ config, workers: [2], numbers: { step, classes: 10 } })).rejects.toThrow(
    /^bandwidth: /,
  );
  await expect(planned({ restartSeconds: 60 })).rejects.toThrow(/^mtbf: /);
  await expect(planned({ hostSecondsToFailure: 1e6, restartSeconds: 60 })).rejects.toThrow(/^checkpoint: /);
});

test('a failure is noticed when the watch of the processes ends them', () => {
  let now = 0;
  const watch = new StallWatch({ clock: { now: () => 0, monotonic: () => now } });
  const noticed = (stepSeconds: number): number => {
    for (let step = 1; step < 120; step++) {
      now += stepSeconds * 1000;
      watch.stepDone(step);
    }
    return watch.limitSeconds;
  };
  const known = <T>(value: T) => ({ value, source: 'given' as const });
  const inputs = {
    config: { steps: 10, seed: 0, checkpoint: { every: 1, keepLast: 1 } },
    hostSecondsToFailure: known(1e6),
    checkpointSeconds: known(1),
    restartSeconds: known(1),
    jitter: null,
    price: null,
  } as unknown as ClusterInputs;
  for (const stepSeconds of [0.5, 20]) {
    const prediction = {
      workers: 1,
      stepSeconds,
      computeSeconds: stepSeconds,
      exchangeSeconds: 0,
      readSeconds: null,
    };
    expect(survive(inputs, prediction as Prediction)!.detectSeconds).toBe(noticed(stepSeconds));
  }
  watch.stop();
});
