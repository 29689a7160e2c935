import { GanymedeError, type ReplicaGroup, type Replicas } from '@ganymede/core';

/**
 * The processes over whose images batch statistics are taken: all of them (arXiv:1809.11096, appendix C), or groups of consecutive ranks.
 * @param size - null for all of them
 * @returns undefined where this process is alone
 * @throws BATCH_NORM_GROUP where the processes do not make up groups of that size; the devices of one process make up none
 */
export function statisticsGroup(
  replicas: Replicas | undefined,
  size: number | null,
): ReplicaGroup | undefined {
  const processes = replicas?.size ?? 1;
  if (size === null || size === processes) return replicas;
  if (replicas && processes % size === 0) return replicas.grouped(size);
  throw new GanymedeError(
    'BATCH_NORM_GROUP',
    `batchNormGroup: expected a divisor of the number of processes, ${processes}, got ${size}`,
    {
      kind: 'usage',
      hint: `Start ${size} processes or a multiple of it (--workers), or leave batchNormGroup out for statistics over all images. The devices of one process always have them together.`,
    },
  );
}
