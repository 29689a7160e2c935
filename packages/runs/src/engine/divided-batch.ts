import { GanymedeError, type BackendDescription } from '@ganymede/core';

/**
 * Every device takes an equal part of a batch; one that cannot be divided would be computed whole on each of them, in a
 * multiple of the time.
 * @throws BATCH_NOT_DIVIDED
 */
export function expectDividedBatch(batchSize: number, { devices = 1, device }: BackendDescription): void {
  if (batchSize % devices === 0) return;
  const [less, more] = [Math.floor(batchSize / devices), Math.ceil(batchSize / devices)].map(
    (n) => n * devices,
  );
  throw new GanymedeError(
    'BATCH_NOT_DIVIDED',
    `batchSize: expected a multiple of the ${devices} devices ${device}, got ${batchSize}`,
    { kind: 'usage', hint: `Type --batch-size ${less === 0 ? more : less}, or take fewer --devices.` },
  );
}
