/**
 * Whose matter an error is, which the CLI's exit code says: `usage` (the command line or the config is wrong), `missing` (something that is needed is
 * not there), `data` (a file is there and cannot be taken), `stopped` (a stabilizer ended the run), `failed` (the rest).
 */
export type ErrorKind = 'usage' | 'missing' | 'data' | 'stopped' | 'failed';

export interface GanymedeErrorDetails {
  /** One code has one kind. */
  readonly kind: ErrorKind;
  /** What the user can do about it, in one or two sentences. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/**
 * Every error that a user can cause is a GanymedeError: a stable code, what was expected and what came,
 * and what to do about it. The CLI prints the three; programs branch on `code`.
 */
export class GanymedeError extends Error {
  /** Stable, upper-case, e.g. `UNKNOWN_COMPONENT`. */
  readonly code: string;
  readonly kind: ErrorKind;
  readonly hint: string | undefined;

  constructor(code: string, message: string, details: GanymedeErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'GanymedeError';
    this.code = code;
    this.kind = details.kind;
    this.hint = details.hint;
  }
}

export function isGanymedeError(error: unknown): error is GanymedeError {
  return error instanceof Error && error.name === 'GanymedeError' && 'code' in error;
}

/** An error as another process tells it, in JSON. */
export interface ToldError {
  readonly code: string;
  readonly kind: ErrorKind;
  readonly message: string;
  readonly hint: string | null;
}

/** The error that was told. @param whose - stands before what it says: `rank 1` */
export function errorOfTold({ code, kind, message, hint }: ToldError, whose?: string): GanymedeError {
  const text = whose === undefined ? message : `${whose}: ${message}`;
  return new GanymedeError(code, text, { kind, ...(hint !== null && { hint }) });
}
