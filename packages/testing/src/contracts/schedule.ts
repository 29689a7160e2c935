import type { Schedule } from '@ganymede/core';
import type { Subject } from '../subject.js';

/** What the trainer relies on in a schedule: a pure, finite, non-negative function of the step. */
export function scheduleContract(subject: Subject<Schedule>): void {
  const steps = [0, 1, 2, 10, 99, 100, 101, 1_000, 12_345, 1_000_000, 1_000_000_000];

  describe(`${subject.name}: the schedule contract`, () => {
    test.each(steps)('is finite and not negative at step %i', (step) => {
      const factor = subject.create().factor(step);
      expect(Number.isFinite(factor)).toBe(true);
      expect(factor).toBeGreaterThanOrEqual(0);
    });

    test('is not zero everywhere', () => {
      const schedule = subject.create();
      expect(steps.some((step) => schedule.factor(step) > 0)).toBe(true);
    });

    test('depends on the step alone, so that a resumed run goes on as it was', () => {
      const schedule = subject.create();
      const forward = steps.map((step) => schedule.factor(step));
      const backward = [...steps].reverse().map((step) => schedule.factor(step));
      expect(backward.reverse()).toEqual(forward);
      expect(steps.map((step) => subject.create().factor(step))).toEqual(forward);
    });
  });
}
