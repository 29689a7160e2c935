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
  /** SIGINT; a run ends with a checkpoint. */
  interrupted: 130,
  /** SIGTERM; as above. */
  terminated: 143,
} as const;

const usage = new Set([
  'BAD_ARGUMENTS',
  'BAD_CONFIG',
  'BAD_COUNT',
  'BAD_FORMAT',
  'BAD_OPTION',
  'BAD_SEED',
  'BAD_SWEEP',
  'FREEZE_TOO_MANY',
  'RUN_CONFIG_DIFFERS',
  'RUN_EXISTS',
  'UNKNOWN_CLASS',
  'UNKNOWN_COMMAND',
  'UNKNOWN_COMPONENT',
  'UNKNOWN_FLAG',
  'UNKNOWN_PRESET',
  'UNKNOWN_SLOT',
  'UNSUPPORTED_RESOLUTION',
]);

const missing = new Set([
  'BACKEND_UNAVAILABLE',
  'CONFIG_NOT_FOUND',
  'DATASET_NOT_FOUND',
  'LIBRARY_NOT_FOUND',
  'NO_CHECKPOINT',
  'NO_GPU',
  'PLUGIN_NOT_FOUND',
  'RUN_NOT_FOUND',
  'WEIGHTS_NOT_FOUND',
]);

/** The exit code of an error's code. */
export function exitCodeOf(code: string): number {
  if (usage.has(code)) return exitCodes.usage;
  if (missing.has(code)) return exitCodes.missing;
  if (code === 'RUN_STOPPED') return exitCodes.stopped;
  return exitCodes.failed;
}
