import { stepScalarNames, type Reporter } from '@ganymede/core';
import type { Subject } from '../subject.js';

/** What the trainer relies on in a reporter: it takes every event without throwing, and closes. */
export function reporterContract(subject: Subject<Reporter>): void {
  describe(`${subject.name}: the reporter contract`, () => {
    let reporter: Reporter;

    beforeEach(() => {
      reporter = subject.create();
    });

    afterEach(() => reporter.close());

    test.each([
      { step: 0 },
      { step: 1, [stepScalarNames[0]]: 0.5, images: 64, note: 'two words', nested: { a: [1, 2] } },
      { step: 2, 'G.loss': Number.NaN, 'D.gradientNorm': Infinity, nothing: null, missing: undefined },
    ])('takes the event $step', (event) => {
      expect(() => reporter.report(event)).not.toThrow();
    });

    test('leaves events as they are', () => {
      const event = Object.freeze({ step: 1, nested: Object.freeze({ a: 1 }) });
      reporter.report(event);
      expect(event).toEqual({ step: 1, nested: { a: 1 } });
    });

    test('closes without events, and twice', async () => {
      await reporter.close();
      await expect(reporter.close()).resolves.toBeUndefined();
    });
  });
}
