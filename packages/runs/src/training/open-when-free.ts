import { RunFolder, runOwner } from '@ganymede/checkpoints';
import { isGanymedeError, type Clock } from '@ganymede/core';
import { thisProcess } from '@ganymede/files';

export interface OpenWhenFreeOptions {
  readonly clock: Clock;
  readonly note: (text: string) => void;
  /** How long it is waited for: a lock is free when its holder, on another host, has given no sign of life for five minutes. */
  readonly seconds?: number;
  readonly pauseMilliseconds?: number;
}

/**
 * Opens a run that several processes go on with. A scheduler may start rank 0 on another host than before, soon after the rank 0 over there
 * died without letting go of the run.
 * @throws RUN_LOCKED, at once where the holder is on this host
 */
export async function openWhenFree(
  path: string,
  { clock, note, seconds = 330, pauseMilliseconds = 2000 }: OpenWhenFreeOptions,
): Promise<RunFolder> {
  const end = clock.monotonic() + seconds * 1000;
  let isTold = false;
  for (;;) {
    try {
      return await RunFolder.open(path);
    } catch (error) {
      if (!isGanymedeError(error) || error.code !== 'RUN_LOCKED' || clock.monotonic() > end) throw error;
      const owner = await runOwner(path);
      if (owner === null || owner.host === thisProcess().host) throw error;
      if (!isTold)
        note(
          `the run is held by process ${owner.pid} on host ${owner.host}: waiting until that is silent for five minutes`,
        );
      isTold = true;
      await new Promise((resolve) => setTimeout(resolve, pauseMilliseconds));
    }
  }
}
