import type { ErrorKind } from '@ganymede/core';
import type { StopSignal } from './interruption.js';

/** What the program's exit code says; listed in docs/cli.md. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  /** The command line or the config is wrong: nothing was started. */
  usage: 2,
  /** Something that the command needs is not there: a library, a plugin, a file, a run. */
  missing: 3,
  /** A stabilizer ended the run. */
  stopped: 4,
  /** A file is there and cannot be taken: damaged, of another form, or of something else. */
  data: 5,
  /** SIGINT; a run ends with a checkpoint. */
  interrupted: 130,
  /** SIGTERM; as above. */
  terminated: 143,
  /** SIGHUP, a terminal that was closed; as above. */
  hungUp: 129,
} as const satisfies Record<ErrorKind, number> & Record<string, number>;

/** What a shell calls the end by a signal: the same whether the program ended in order or the system ended it. */
export function exitCodeOfSignal(name: StopSignal): number {
  return { SIGINT: exitCodes.interrupted, SIGTERM: exitCodes.terminated, SIGHUP: exitCodes.hungUp }[name];
}
