import { GanymedeError } from '@ganymede/core';

/** @throws GanymedeError `BAD_THRESHOLD` unless the threshold is a positive, finite number */
export function checkThreshold(truncation: string, threshold: number): number {
  if (threshold > 0 && Number.isFinite(threshold)) return threshold;
  throw new GanymedeError(
    'BAD_THRESHOLD',
    `truncation ${truncation}: expected a threshold above 0, got ${threshold}`,
    {
      kind: 'usage',
      hint: 'Thresholds of the four conventions are not interchangeable; see the docs of each truncation.',
    },
  );
}
