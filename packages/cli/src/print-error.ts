import { exitCodeOf, exitCodes } from './exit-codes.js';

/** What is printed of an error. */
export interface PrintedError {
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
}

export function describeError(error: unknown): PrintedError {
  const { code, hint, message } = error as { code?: unknown; hint?: unknown; message?: unknown };
  return {
    code: typeof code === 'string' ? code : 'UNEXPECTED',
    message: typeof message === 'string' ? message : String(error),
    hint: typeof hint === 'string' ? hint : null,
  };
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
  const { code, message, hint } = described;
  if (json) {
    stdout(`${JSON.stringify({ error: described })}\n`);
  } else {
    const advice =
      code === 'UNEXPECTED'
        ? 'This was not foreseen. DEBUG=1 before the command shows where it happened.'
        : hint;
    stderr(`error ${code}: ${message}\n${advice === null ? '' : `${advice}\n`}`);
  }
  if (debug && error instanceof Error) stderr(`${error.stack ?? ''}\n`);
  return code === 'UNEXPECTED' ? exitCodes.failed : exitCodeOf(code);
}
