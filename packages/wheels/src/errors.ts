import type { WheelPin } from './wheel-pin.js';

/** As the kinds of @ganymede/core, which this package does not know. */
export type WheelErrorKind = 'missing' | 'data' | 'failed';

/** An error of this package: a stable code, what was expected and what came, whose matter it is, and what to do. */
export class WheelError extends Error {
  readonly code: string;
  readonly kind: WheelErrorKind;
  readonly hint: string | undefined;

  constructor(
    code: string,
    message: string,
    details: { readonly kind: WheelErrorKind; readonly hint?: string; readonly cause?: unknown },
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'WheelError';
    this.code = code;
    this.kind = details.kind;
    this.hint = details.hint;
  }
}

const nameOf = ({ distribution, version }: WheelPin): string => `${distribution} ${version}`;
const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`;
const again = 'Type the command again: it goes on where it was.';

export const pipNotFound = (wheel: WheelPin, python: string): WheelError =>
  new WheelError(
    'PIP_NOT_FOUND',
    `download of ${nameOf(wheel)}: expected ${python} with pip, got one without`,
    {
      kind: 'missing',
      hint: `Install pip for ${python} (python3-pip, or ${python} -m ensurepip); it is needed for this download only.`,
    },
  );

export const pythonNotFound = (wheel: WheelPin, pythons: readonly string[]): WheelError =>
  new WheelError(
    'PYTHON_NOT_FOUND',
    `download of ${nameOf(wheel)}: expected ${pythons.join(' or ')} with pip, got neither`,
    {
      kind: 'missing',
      hint: 'Install Python 3 with pip (it is needed for this download only), or bring the wheels from another machine.',
    },
  );

export const noNetwork = (wheel: WheelPin, cause?: unknown): WheelError =>
  new WheelError(
    'NO_NETWORK',
    `download of ${nameOf(wheel)}: expected a package index within reach, got no connection`,
    { kind: 'failed', hint: `Check the network or the proxy. ${again}`, cause },
  );

export const downloadFailed = (wheel: WheelPin, reason: string): WheelError =>
  new WheelError('DOWNLOAD_FAILED', `download of ${nameOf(wheel)}: pip failed: ${reason}`, {
    kind: 'failed',
    hint: 'The package index that pip is set to use must carry this wheel.',
  });

export const wheelNotFound = (folder: string, missing: readonly string[]): WheelError =>
  new WheelError('WHEEL_NOT_FOUND', `${folder}: expected ${missing.join(', ')}, got no such files`, {
    kind: 'missing',
    hint: 'Download them with pip on a machine with a network; the requirements say which.',
  });

export const wheelCorrupt = (file: string, expected: string, got: string): WheelError =>
  new WheelError('WHEEL_CORRUPT', `${file}: expected SHA-256 ${expected}, got ${got}`, {
    kind: 'data',
    hint: 'The download was damaged, or the index serves another file. Try again.',
  });

export const wheelIncomplete = (file: string, expected: string): WheelError =>
  new WheelError('WHEEL_INCOMPLETE', `${file}: expected ${expected} inside, got none`, { kind: 'data' });

export const noRoom = (folder: string, needed: number, free: number): WheelError =>
  new WheelError('NO_ROOM', `${folder}: expected ${megabytes(needed)} of free disk, got ${megabytes(free)}`, {
    kind: 'failed',
    hint: 'Free space, or name another place with XDG_CACHE_HOME.',
  });

export const installFailed = (folder: string, cause: unknown): WheelError =>
  new WheelError(
    'INSTALL_FAILED',
    `installation: expected to write ${folder}, got: ${cause instanceof Error ? cause.message : String(cause)}`,
    { kind: 'failed', hint: 'XDG_CACHE_HOME names another place.', cause },
  );
