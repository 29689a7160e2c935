import type { ErrorKind } from '@ganymede/core';

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
} as const satisfies Record<ErrorKind, number> & Record<string, number>;
