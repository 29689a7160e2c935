import type { WorkerGroup } from './worker-group.js';

/**
 * Works with a group, and then closes what is open.
 * @throws WORKER_STALLED, WORKER_STUCK where nothing goes on in any of them; what is open stays open then, and the process has to end
 */
export async function closedAfter<T>(
  group: Pick<WorkerGroup, 'size' | 'stalled'>,
  work: () => Promise<T>,
  close: () => Promise<void>,
): Promise<T> {
  let isStalled = false;
  try {
    if (group.size === 1) return await work();
    const stalled = group.stalled.catch((error: unknown) => {
      isStalled = true;
      throw error;
    });
    return await Promise.race([work(), stalled]);
  } finally {
    if (!isStalled) await close();
  }
}
