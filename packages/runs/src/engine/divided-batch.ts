import { GanymedeError, type BackendDescription } from '@ganymede/core';

/**
 * Every device of every process takes an equal part of a batch; one that cannot be divided would be computed whole on each of
 * them, in a multiple of the time.
 * @param workers - processes that train together
 * @throws BATCH_NOT_DIVIDED
 */
export function expectDividedBatch(
  batchSize: number,
  { devices = 1, device }: BackendDescription,
  workers = 1,
): void {
  const parts = devices * workers;
  if (batchSize % parts === 0) return;
  const [less, more] = [Math.floor(batchSize / parts), Math.ceil(batchSize / parts)].map((n) => n * parts);
  const all = [
    ...(workers > 1 ? [`the ${workers} workers`] : []),
    ...(devices > 1 ? [`the ${devices} devices ${device}`] : []),
  ];
  throw new GanymedeError(
    'BATCH_NOT_DIVIDED',
    `batchSize: expected a multiple of ${all.join(' times ')}, got ${batchSize}`,
    {
      kind: 'usage',
      hint: `Type --batch-size ${less === 0 ? more : less}, or take fewer ${workers > 1 ? '--workers' : '--devices'}.`,
    },
  );
}
