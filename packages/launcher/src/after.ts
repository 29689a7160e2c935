import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves when the time is over; nothing is kept alive by it. */
export const after = (milliseconds: number): Promise<void> => sleep(milliseconds, undefined, { ref: false });
