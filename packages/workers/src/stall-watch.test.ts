import type { Clock } from '@ganymede/core';
import { StallWatch } from './stall-watch.js';

/** A clock that tests move, and timers with it. */
const time = { now: 0 };
const clock: Clock = { now: () => time.now, monotonic: () => time.now };
async function pass(seconds: number): Promise<void> {
  for (let i = 0; i < seconds * 2; i++) {
    time.now += 500;
    await jest.advanceTimersByTimeAsync(500);
  }
}

beforeEach(() => {
  time.now = 0;
  jest.useFakeTimers();
});
afterEach(() => jest.useRealTimers());

const stateOf = (watch: StallWatch): Promise<string> =>
  Promise.race([
    watch.stalled.catch((error: unknown) => (error as Error).message),
    Promise.resolve('goes on'),
  ]);

test('after a minute without a step', async () => {
  const watch = new StallWatch({ clock });
  watch.stepDone(1);
  await pass(2);
  watch.stepDone(2);
  void watch.amongOthers(() => new Promise(() => undefined));
  await pass(59);
  expect(await stateOf(watch)).toBe('goes on');
  await pass(3);
  await expect(watch.stalled).rejects.toMatchObject({
    code: 'WORKER_STALLED',
    message: expect.stringContaining('expected step 3 within 60 s'),
  });
  watch.stop();
});

test('after ten steps where they are long, and a meeting counts as well', async () => {
  const watch = new StallWatch({ clock });
  for (const step of [1, 2, 3]) {
    await pass(20);
    watch.stepDone(step);
  }
  expect(watch.limitSeconds).toBe(200);
  await pass(150);
  await watch.amongOthers(() => Promise.resolve());
  await pass(150);
  expect(await stateOf(watch)).toBe('goes on');
  await pass(60);
  await expect(watch.stalled).rejects.toMatchObject({
    code: 'WORKER_STUCK',
    message: expect.stringContaining('within 200 s'),
  });
  watch.stop();
});

test('the leader may keep its thread for long between two steps', async () => {
  const watch = new StallWatch({ clock });
  watch.stepDone(1);
  await pass(1);
  watch.stepDone(2);
  void watch.amongOthers(() => new Promise(() => undefined), true);
  await pass(590);
  expect(await stateOf(watch)).toBe('goes on');
  await pass(15);
  await expect(watch.stalled).rejects.toThrow('within 600 s');
  watch.stop();
});

test('work between two steps does not make steps long', async () => {
  const watch = new StallWatch({ clock });
  watch.stepDone(1);
  await pass(30);
  watch.rest();
  await pass(1);
  watch.stepDone(2);
  expect(watch.limitSeconds).toBe(60);
  watch.stop();
});

test('the first step, which is compiled, may take ten minutes', async () => {
  const watch = new StallWatch({ clock });
  await pass(590);
  expect(await stateOf(watch)).toBe('goes on');
  await pass(15);
  await expect(watch.stalled).rejects.toThrow('expected step 1 within 600 s');
  watch.stop();
});

test('work that all do together may take each of them long, and the time begins anew after it', async () => {
  const watch = new StallWatch({ clock });
  watch.stepDone(1);
  await pass(1);
  watch.stepDone(2);
  await watch.patiently(async () => {
    await pass(500);
    await watch.amongOthers(() => Promise.resolve());
    await pass(500);
  });
  await pass(59);
  expect(await stateOf(watch)).toBe('goes on');
  await pass(3);
  await expect(watch.stalled).rejects.toThrow('within 60 s');
  watch.stop();
});
