import { performance } from 'node:perf_hooks';
import type { Clock } from '@ganymede/core';

/** The machine's clock: the only place that asks it. Everything else is handed this, or another in a test. */
export const machineClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
};
