import type { Clock, WorkersSpec } from '@ganymede/core';
import { ConnectedWorkers, meetWorkers, soleWorker, StallWatch, type WorkerGroup } from '@ganymede/workers';
import type { OpenBackend } from './open-backend.js';

/**
 * The processes that work together, as this one of them has them.
 * @param opened - activated with these workers
 * @param workers - absent where this process is alone
 * @throws WORKERS_MISSING
 */
export async function joinWorkers(
  { backend }: Pick<OpenBackend, 'backend'>,
  workers: WorkersSpec | undefined,
  clock: Clock,
): Promise<WorkerGroup> {
  if (!workers) return soleWorker;
  await meetWorkers({ ...workers, clock });
  return new ConnectedWorkers({ backend, replicas: backend.replicas!, watch: new StallWatch({ clock }) });
}
