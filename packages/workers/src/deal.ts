import { workerFailed } from './errors.js';
import type { WorkerGroup } from './worker-group.js';

/** Work in pieces that do not depend on one another, and whose results one process puts together. */
export interface DealtWork {
  readonly pieces: number;
  /** Of the result of each. */
  readonly bytes: number;
  /** Makes a piece; every process must be able to make any of them. */
  readonly make: (piece: number) => Promise<Uint8Array>;
  /** Takes a piece, in their order; only the leader is asked, but for work whose results `all` want. @param made - at a multiple of four bytes in its buffer */
  readonly take: (piece: number, made: Uint8Array) => Promise<void> | void;
  /** Who takes: the leader by default. */
  readonly takers?: 'leader' | 'all';
  /** Whether this process was asked to stop. */
  readonly stops?: () => boolean;
}

/** How a process fared in a round, before its piece. */
const states = { made: 0, stop: 1, failed: 2 } as const;
const headBytes = 4;

/**
 * Deals the pieces out, one for each process a round: piece k is made by rank k % size. The leader takes them in the order in which one
 * process would make them, so that what it sums up is the same, bit for bit where the pieces are.
 *
 * @returns how many pieces were taken: all of them, unless one process stops, which ends the work in all
 * @throws what `make` throws, in its process, and WORKER_FAILED in the others; what `take` throws, where it is asked
 */
export function deal(
  group: Pick<WorkerGroup, 'rank' | 'size' | 'leads' | 'gather' | 'patiently'>,
  { pieces, bytes, make, take, takers = 'leader', stops = () => false }: DealtWork,
): Promise<number> {
  const { rank, size, leads } = group;
  const makeOwn = async (piece: number): Promise<{ message: Uint8Array; failure: unknown }> => {
    const message = new Uint8Array(headBytes + bytes);
    try {
      if (stops()) message[0] = states.stop;
      else if (piece < pieces) message.set(await make(piece), headBytes);
      return { message, failure: null };
    } catch (failure) {
      message[0] = states.failed;
      return { message, failure };
    }
  };
  return group.patiently(async () => {
    for (let first = 0; first < pieces; first += size) {
      const { message, failure } = await makeOwn(first + rank);
      const all = await group.gather(message);
      if (message[0] === states.failed) throw failure;
      const failed = all.findIndex((one) => one[0] === states.failed);
      if (failed >= 0) throw workerFailed(failed);
      if (all.some((one) => one[0] === states.stop)) return first;
      if (!leads && takers === 'leader') continue;
      for (const [i, one] of all.slice(0, pieces - first).entries())
        await take(first + i, one.subarray(headBytes));
    }
    return pieces;
  });
}
