import type { SweepEvent } from '@ganymede/toolkit';
import { SweepForecast } from './sweep-forecast.js';

const planned = (id: string, work: number) => ({
  id,
  cell: id,
  seed: 0,
  steps: 1,
  done: 0,
  images: 1,
  parameters: 1,
  work,
});
const plan = { toTrain: [planned('a', 10), planned('b', 20), planned('c', 30)], seconds: 120 };
const place = { number: 1, total: 3 };
const begin = (run: string): SweepEvent => ({
  kind: 'begin',
  ...place,
  run,
  cell: run,
  seed: 0,
  what: 'training',
});
const end = (run: string, state: 'done' | 'skipped'): SweepEvent =>
  state === 'done'
    ? { kind: 'end', ...place, run, state, numbers: {}, seconds: 1 }
    : { kind: 'end', ...place, run, state };

test('by the plan until a run is done, then by the runs of this start', () => {
  let now = 0;
  const forecast = new SweepForecast(plan, () => now);
  // The plan has 2 s for a unit of work.
  expect(forecast.secondsLeft(end('a', 'skipped'))).toBe(100);
  expect(forecast.secondsLeft(begin('b'))).toBeNull();
  now = 60_000;
  // b took 3 s for a unit, and 30 are left.
  expect(forecast.secondsLeft(end('b', 'done'))).toBe(90);
});

test('nothing is known where nothing was timed', () => {
  expect(new SweepForecast({ ...plan, seconds: null }, () => 0).secondsLeft(end('a', 'skipped'))).toBeNull();
});
