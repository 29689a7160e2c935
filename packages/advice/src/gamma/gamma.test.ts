import { chooseGamma } from './choose-gamma.js';
import { judgeTrial, type TrialVerdict } from './judge-trial.js';
import { gammasAround, penaltiesOf, withGamma } from './penalties.js';

const series = (...values: (number | null)[]) => ({ steps: values.map((_, i) => i), values });
const end = { steps: 30, isWhole: true, error: null, metric: null };
const probe = {
  logitReal: series(9, 9, 9, 9, 2, 2),
  logitFake: series(9, 9, 9, 9, -2, -2),
  logitHeldOut: series(9, 9, 9, 9, 1, 1),
  spread: series(0, 0, 0, 0, 0.5, 0.7),
};

test('a trial is judged by its last third; D overfits by a quarter here', () => {
  expect(judgeTrial({ probe, evidence: [] }, { ...end, gamma: 1 })).toMatchObject({
    holds: true,
    overfit: 0.25,
    separation: 4,
    variety: 0.6,
  });
});

test('what is not known is null: no held-out images, D that tells nothing apart, numbers that are not finite', () => {
  const { logitReal, logitFake } = probe;
  const of = (changed: object): TrialVerdict =>
    judgeTrial({ probe: changed as typeof probe, evidence: [] }, { ...end, gamma: 1 });
  expect(of({ logitReal, logitFake })).toMatchObject({ overfit: null, separation: 4, variety: null });
  expect(of({ ...probe, logitFake: logitReal })).toMatchObject({ overfit: null, separation: 0 });
  expect(of({ ...probe, logitReal: series(1, null) })).toMatchObject({ overfit: null, separation: null });
});

test('evidence of a collapse, an error and a trial that is not whole do not hold', () => {
  const evidence = [{ step: 3, kind: 'warn', text: 'D overshot' }];
  expect(judgeTrial({ probe, evidence }, { ...end, gamma: 1 }).holds).toBe(false);
  expect(judgeTrial({ probe, evidence: [] }, { ...end, gamma: 1, isWhole: false }).holds).toBe(false);
  const error = { code: 'RUN_STOPPED', message: 'NaN' };
  expect(judgeTrial({ probe, evidence: [] }, { ...end, gamma: 1, error }).holds).toBe(false);
});

const trial = (gamma: number, changed: Partial<TrialVerdict> = {}): TrialVerdict => ({
  ...judgeTrial({ probe, evidence: [] }, { ...end, gamma }),
  ...changed,
});

test('the best: lowest metric of those that hold; else the smallest without memory; else the least', () => {
  const measured = [trial(1, { metric: 5 }), trial(2, { metric: 4 }), trial(4, { metric: 1, holds: false })];
  expect(chooseGamma(measured, 'fid')).toMatchObject({ gamma: 2, rule: expect.stringContaining('fid') });
  const seen = [trial(4, { overfit: 0.1 }), trial(2, { overfit: 0.5 }), trial(1, { overfit: 0.9 })];
  expect(chooseGamma(seen, null).gamma).toBe(2);
  expect(
    chooseGamma(
      seen.map((one) => ({ ...one, overfit: one.overfit! + 0.6 })),
      null,
    ).gamma,
  ).toBe(4);
  expect(
    chooseGamma(
      seen.map((one) => ({ ...one, overfit: null })),
      null,
    ).gamma,
  ).toBe(1);
  expect(chooseGamma([trial(1, { holds: false })], null)).toEqual({
    gamma: null,
    rule: expect.stringContaining('none of them holds'),
  });
  // A metric that is missing of one that holds decides nothing.
  expect(chooseGamma([trial(1, { metric: 9 }), trial(2)], 'fid').gamma).toBe(1);
});

test('nothing is chosen before all trials are made; one that an error broke off is made', () => {
  const unfinished = judgeTrial({ probe, evidence: [] }, { ...end, gamma: 2, isWhole: false });
  expect(unfinished.isMade).toBe(false);
  expect(chooseGamma([trial(1), unfinished], null)).toEqual({
    gamma: null,
    rule: expect.stringMatching(/not all trials were made; the same command goes on$/),
  });
  const error = { code: 'RUN_STOPPED', message: 'NaN' };
  const broken = judgeTrial({ probe, evidence: [] }, { ...end, gamma: 2, isWhole: false, error });
  expect(broken.isMade).toBe(true);
  expect(chooseGamma([trial(1), broken], null).gamma).toBe(1);
});

const config = { resolution: 32, batchSize: 50, accumulation: 1 };

test('penalties with gamma are tried around theirs; one that is added around the heuristic', () => {
  const both = [
    { use: 'lecam', weight: 1 },
    { use: 'r1', gamma: { from: 2, to: 0.2, over: 10 } },
    { use: 'r2', gamma: 2 },
  ];
  const own = penaltiesOf({ ...config, regularizers: both }, 'r1');
  expect(own).toMatchObject({ regularizers: both, centre: 2 });
  expect(withGamma(own.regularizers, 0.5)).toEqual([
    { use: 'lecam', weight: 1 },
    { use: 'r1', gamma: 0.5 },
    { use: 'r2', gamma: 0.5 },
  ]);
  const added = penaltiesOf({ ...config, regularizers: [] }, 'r1+r2');
  expect(added.regularizers.map(({ use }) => use)).toEqual(['r1', 'r2']);
  expect(added.centre).toBe(0.0041);
  expect(gammasAround(1)).toEqual([0.063, 0.25, 1, 4, 16]);
});

test('without one there is nothing to try', () => {
  expect(() => penaltiesOf({ ...config, regularizers: [{ use: 'lecam', weight: 1 }] }, null)).toThrow(
    'regularizers: expected a penalty with gamma, such as r1, got lecam',
  );
});
