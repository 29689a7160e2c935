import { systemError } from '@ganymede/files';
import type { ErrorKind, ToldError } from '@ganymede/core';
import { exitCodes } from './exit-codes.js';

const kinds: readonly unknown[] = [
  'usage',
  'missing',
  'data',
  'stopped',
  'failed',
] satisfies readonly ErrorKind[];

const report =
  'This is a mistake of Ganymede, not yours. Type the command again with DEBUG=1 before it, which shows where it ' +
  'happened, and report what it prints with the output of `ganymede doctor`.';

/**
 * A code is taken from errors that say their kind, which those of Ganymede, its plugins and its binding of TensorFlow
 * do. Errors of the system are put into words; codes of Node and of libraries (ERR_...) mean nothing to whoever typed
 * the command.
 */
export function describeError(error: unknown): ToldError {
  const { code, kind, hint, message } = (systemError(error) ?? error ?? {}) as Readonly<
    Record<string, unknown>
  >;
  const text = typeof message === 'string' ? message : String(error);
  return typeof code === 'string' && kinds.includes(kind)
    ? { code, kind: kind as ErrorKind, message: text, hint: typeof hint === 'string' ? hint : null }
    : { code: 'UNEXPECTED', kind: 'failed', message: text, hint: report };
}

/**
 * Prints an error: as one JSON object on stdout, or as text on stderr, with the stack only where DEBUG is set.
 * @returns the exit code
 */
export function printError(
  error: unknown,
  {
    json,
    debug,
    stdout,
    stderr,
  }: {
    readonly json: boolean;
    readonly debug: boolean;
    readonly stdout: (text: string) => void;
    readonly stderr: (text: string) => void;
  },
): number {
  const described = describeError(error);
  const { code, kind, message, hint } = described;
  if (json) stdout(`${JSON.stringify({ error: described })}\n`);
  else stderr(`error ${code}: ${message}\n${hint === null ? '' : `${hint}\n`}`);
  if (debug && error instanceof Error) stderr(`${error.stack ?? ''}\n`);
  return exitCodes[kind];
}
