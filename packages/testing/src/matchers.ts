import { differenceOf, type Numbers, type Tolerance } from './allclose.js';

declare global {
  // The way jest's own types are extended.
  // eslint-disable-next-line @typescript-eslint/no-namespace
  namespace jest {
    // eslint-disable-next-line @typescript-eslint/no-unused-vars, @typescript-eslint/no-empty-object-type
    interface Matchers<R, T = {}> {
      /** Same shape and |actual - expected| <= atol + rtol * |expected|, element by element. */
      toBeAllclose(expected: Numbers, tolerance?: Tolerance): R;
    }
  }
}

/** Adds `expect(tensor).toBeAllclose(...)` to jest; call it once in a set-up file or at the top of a test. */
export function setupMatchers(): void {
  expect.extend({
    toBeAllclose(actual: Numbers, expected: Numbers, tolerance: Tolerance = {}) {
      const difference = differenceOf(actual, expected, tolerance);
      return {
        pass: difference === null,
        message: () => difference ?? 'allclose: expected values that differ, got values that are close',
      };
    },
  });
}
