import type { ToldError } from '@ganymede/core';
import type { RunEvent, TrainResult } from '@ganymede/toolkit';

/** Set in the processes that a launcher starts: what they print is for it. */
export const launchedVariable = 'GANYMEDE_LAUNCHED';

/** What a started process prints, a JSON object a line. */
export type WorkerMessage =
  | RunEvent
  /** It lives, whether or not anything goes on; `pid` of its machine. */
  | { readonly kind: 'alive'; readonly pid: number }
  | ({ readonly kind: 'done'; readonly finished: boolean } & TrainResult)
  /** As the command line prints an error as JSON. */
  | { readonly error: ToldError };

/** Between two signs of life. */
export const aliveMilliseconds = 2000;
