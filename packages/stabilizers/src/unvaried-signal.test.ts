import type { GuardView } from './guard-signal.js';
import { UnvariedSignal } from './unvaried-signal.js';

type Probe = Partial<NonNullable<GuardView['probe']>>;

const outputs = { outputs: 'logits', diameter: 110, scalars: {} } as const;
const alike: Probe = { nearest: 0.5, between: 0.9, directions: 0.2 };
const varied: Probe = { nearest: 0.6, between: 0.9, directions: 0.4 };

/** @returns the steps at which the signal spoke, looks being at every tenth */
function told(at: (step: number) => Probe | undefined, every = 10, to = 400): number[] {
  const signal = new UnvariedSignal(50);
  const steps: number[] = [];
  for (let step = every; step <= to; step += every) {
    const probe = at(step) && { logitReal: 1, logitFake: -1, ...at(step) };
    if (signal.look({ ...outputs, step, ...(probe && { probe }) }) !== null) steps.push(step);
  }
  return steps;
}

test('a run that never was healthy is told without any better past, at every interval of looks', () => {
  expect(told(() => alike)[0]).toBe(60);
  expect(told(() => alike, 25)[0]).toBe(75);
  expect(told(() => alike, 50)[0]).toBe(100);
  expect(told(() => varied)).toEqual([]);
});

test('it has to last: a dip is not told', () => {
  expect(told((step) => (step % 50 === 0 ? varied : alike))).toEqual([]);
  expect(told((step) => (step === 100 ? varied : alike))).not.toContain(110);
});

test('few directions at full distance, and near copies of many pictures, are told by their product', () => {
  expect(told(() => ({ nearest: 1.1, directions: 0.2 }))).toEqual([]);
  expect(told(() => ({ nearest: 0.7, directions: 0.2 }))[0]).toBe(60);
  expect(told(() => ({ nearest: 0.15, directions: 0.4 }))[0]).toBe(60);
});

test('pale samples are excused while they are varied and come to differ more and more', () => {
  const pale = (nearest: number, directions = 0.8): Probe => ({ nearest, between: nearest, directions });
  expect(told(() => pale(0.05))[0]).toBe(110);
  // From 0.01 up by a half every 50 steps.
  expect(told((step) => pale(0.01 * 1.5 ** (step / 50)), 10, 350)).toEqual([]);
  expect(told((step) => pale(0.01 * 1.5 ** (step / 50), 0.3), 10, 350)[0]).toBe(60);
});

test('numbers that are not finite or not there are not judged', () => {
  expect(told(() => ({ nearest: 0.9, between: 0.9, directions: Number.NaN }))).toEqual([]);
  expect(told(() => ({ between: 0.1 }))).toEqual([]);
  expect(told(() => undefined)).toEqual([]);
});
