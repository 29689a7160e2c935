import { connect } from 'node:net';
import { hostAndPort, type Clock } from '@ganymede/core';
import { workersMissing } from './errors.js';

export interface MeetWorkersOptions {
  readonly addresses: readonly string[];
  readonly rank: number;
  readonly clock: Clock;
  /** How long they may take to come. */
  readonly seconds?: number;
}

/**
 * Waits until every other process listens at its address. This one has started its own server before.
 * @throws WORKERS_MISSING with the ranks that did not come
 */
export async function meetWorkers({
  addresses,
  rank,
  clock,
  seconds = 120,
}: MeetWorkersOptions): Promise<void> {
  const end = clock.monotonic() + seconds * 1000;
  const others = addresses.map((address, i) => ({ address, rank: i })).filter((one) => one.rank !== rank);
  const came = await Promise.all(
    others.map(async ({ address }) => {
      while (clock.monotonic() < end) {
        if (await listens(address)) return true;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
      return false;
    }),
  );
  const missing = others.filter((_, i) => !came[i]).map((one) => `rank ${one.rank} at ${one.address}`);
  if (missing.length > 0) throw workersMissing(missing, seconds);
}

function listens(address: string): Promise<boolean> {
  const socket = connect(hostAndPort(address));
  return new Promise((resolve) => {
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(2000, () => end(false));
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}
