import { RandomStream } from '@ganymede/core';
import { bestInterval } from './best-interval.js';
import { expectedGoodput, youngInterval } from './daly.js';
import { simulatedGoodput, type FailureModel } from './simulate-run.js';
import { StepDurations, type StepModel } from './step-durations.js';

const steady: StepModel = { workers: 512, computeSeconds: 1, jitter: 0, otherSeconds: 0, leastSeconds: 0 };
const durations = (changes: Partial<StepModel> = {}, seed = 0): StepDurations =>
  new StepDurations({ ...steady, ...changes }, RandomStream.create(seed, 'stragglers'));
const model: FailureModel = {
  workers: 512,
  hostSecondsToFailure: 512 * 7200,
  checkpointSeconds: 10,
  downSeconds: 180,
};
const goodput = (everySteps: number, changes: Partial<FailureModel> = {}, seed = 0): number =>
  simulatedGoodput({ ...model, ...changes }, durations(), everySteps, RandomStream.create(seed, 'failures'));

test.each([
  [200, 0.9153864594202771],
  [379.47, 0.9247981864265266],
  [1000, 0.8995065030808826],
])("Daly's formula at %d s, by hand in Python", (work, share) => {
  expect(expectedGoodput(work, 10, 180, 7200)).toBeCloseTo(share, 12);
});

test.each([100, 200, 380, 1000, 3000])(
  'a simulated run loses what the formula says, every %d steps',
  (every) => {
    const lost = 1 - expectedGoodput(every, 10, 180, 7200);
    expect(Math.abs(1 - goodput(every) - lost) / lost).toBeLessThan(0.05);
  },
);

test('also where failures come faster than a run starts again', () => {
  const changes = { hostSecondsToFailure: 512 * 200 };
  const share = expectedGoodput(50, 10, 180, 200);
  expect(Math.abs(goodput(50, changes) / share - 1)).toBeLessThan(0.1);
});

test('without failures only checkpoints cost; with a checkpoint that never ends in time nothing is kept', () => {
  expect(goodput(90, { hostSecondsToFailure: 1e15 })).toBeCloseTo(0.9, 9);
  expect(goodput(1000, { hostSecondsToFailure: 512 })).toBe(0);
});

test.each([
  ['minutes', 10, 7200],
  ['seconds', 2, 20_000],
  ['a minute', 60, 86_400],
])(
  "the best interval is Young's where a checkpoint of %s is short beside failures",
  (_, checkpointSeconds, every) => {
    const changed = { ...model, checkpointSeconds, hostSecondsToFailure: 512 * every, downSeconds: 0 };
    const { best, tried } = bestInterval(changed, durations(), 0);
    const young = youngInterval(checkpointSeconds, every);
    expect(Math.abs(best.everySteps / young - 1)).toBeLessThan(0.08);
    const share = expectedGoodput(young, checkpointSeconds, 0, every);
    expect(Math.abs(best.goodput - share)).toBeLessThan(0.005);
    expect(Math.max(...tried.map((one) => one.goodput)) - best.goodput).toBeLessThan(0.002);
  },
);

test('where a step is longer than the best interval, each is saved', () => {
  const long = durations({ computeSeconds: 5000 });
  expect(bestInterval({ ...model, checkpointSeconds: 1 }, long, 0).best.everySteps).toBe(1);
});

test('steps last as long as the slowest, at least as long as reading, and repeat with their seed', () => {
  const many = durations({ jitter: 0.05, otherSeconds: 0.5 });
  // 1.164587 is the mean of the slowest of 512.
  expect(many.mean).toBeCloseTo(1.6646, 2);
  expect(durations({ jitter: 0.05, leastSeconds: 5 }).mean).toBeCloseTo(5, 9);
  expect(durations({ jitter: 0.05, otherSeconds: 0.5 }).mean).toBe(many.mean);
  expect(durations({ jitter: 0.05, otherSeconds: 0.5 }, 1).mean).not.toBe(many.mean);
  expect(many.seconds(70_000, 65_536 * 2)).toBeCloseTo(2 * 65_536 * many.mean, 4);
});

test('the same seed gives the same plan, another nearly the same', () => {
  expect(goodput(380)).toBe(goodput(380));
  expect(goodput(380, {}, 1)).not.toBe(goodput(380));
  expect(goodput(380, {}, 1)).toBeCloseTo(goodput(380), 1);
});
