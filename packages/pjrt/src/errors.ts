/** `missing`: the plugin, or a function of it, is not there; the exit code of a command that meets it says so. */
export type PjrtErrorKind = 'missing' | 'failed';

/** An error of this package: a stable code, what was expected and what came, and what to do. */
export class PjrtError extends Error {
  /** `PJRT_` and PJRT's own code for what the plugin reports, e.g. `PJRT_RESOURCE_EXHAUSTED`. */
  readonly code: string;
  readonly kind: PjrtErrorKind;
  readonly hint: string | undefined;
  /** All that the plugin said, where `message` has its first lines. */
  readonly details: string | undefined;

  constructor(
    code: string,
    message: string,
    more: {
      readonly kind: PjrtErrorKind;
      readonly hint?: string | undefined;
      readonly details?: string;
      readonly cause?: unknown;
    },
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = 'PjrtError';
    this.code = code;
    this.kind = more.kind;
    this.hint = more.hint;
    this.details = more.details;
  }
}

/** PJRT_Error_Code, which is absl's: by number. */
const statusNames = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
];

const firstLines = (text: string): string => {
  const lines = text.trim().split('\n');
  const kept = lines.slice(0, 4).join('\n').slice(0, 1000);
  return kept.length < text.trim().length ? `${kept} ...` : kept;
};

const hints: Readonly<Record<string, string>> = {
  RESOURCE_EXHAUSTED: 'The memory of the device is full: dispose of buffers, or take a smaller batch.',
  UNIMPLEMENTED: 'The plugin, or its version, cannot do this.',
};

export function reported(call: string, status: number, text: string): PjrtError {
  const name = statusNames[status] ?? `STATUS_${status}`;
  return new PjrtError(`PJRT_${name}`, `${call}: ${firstLines(text)}`, {
    kind: 'failed',
    hint: hints[name],
    details: text,
  });
}

export const pluginNotFound = (looked: readonly string[], platform?: string): PjrtError =>
  new PjrtError(
    'PLUGIN_NOT_FOUND',
    `PJRT plugin${platform === undefined ? '' : ` for ${platform}`}: expected one in ${looked.join(', ')}, got none`,
    {
      kind: 'missing',
      hint:
        platform === undefined
          ? 'Type: ganymede backend install cuda (or rocm, oneapi, tpu); or set GANYMEDE_PJRT to the path of a plugin (*.so).'
          : `Type: ganymede backend install ${platform}`,
    },
  );

export const namedNotFound = (file: string): PjrtError =>
  new PjrtError(
    'PLUGIN_NOT_FOUND',
    `GANYMEDE_PJRT: expected the path of a plugin, got ${file}, where none is`,
    {
      kind: 'missing',
      hint: 'Mend or unset GANYMEDE_PJRT.',
    },
  );

export const platformNotSupported = (name: string, platform: string, architecture: string): PjrtError =>
  new PjrtError(
    'PLATFORM_NOT_SUPPORTED',
    `plugin for ${name}: expected linux on x64, got ${platform} on ${architecture}`,
    {
      kind: 'failed',
      hint: 'Install JAX for it with pip, if there is one: Ganymede finds the plugin in the environment of JAX.',
    },
  );

export const pluginNotLoaded = (file: string, reason: string): PjrtError =>
  new PjrtError('PLUGIN_NOT_LOADED', `PJRT plugin: expected ${file} to load, got: ${reason}`, {
    kind: 'missing',
    hint: 'A plugin needs Linux with glibc, and the driver and the libraries of its device.',
  });

export const noPlugin = (file: string): PjrtError =>
  new PjrtError('PLUGIN_NOT_LOADED', `PJRT plugin: expected a library with GetPjrtApi, got ${file}`, {
    kind: 'missing',
  });

export const pluginTooOld = (file: string, version: string, oldest: string): PjrtError =>
  new PjrtError('PLUGIN_TOO_OLD', `PJRT plugin ${file}: expected API ${oldest} or later, got ${version}`, {
    kind: 'missing',
    hint: 'Its table of functions is arranged in another way. Install a newer plugin.',
  });

export const functionMissing = (name: string, version: string): PjrtError =>
  new PjrtError('FUNCTION_MISSING', `${name}: expected a plugin that has it, got API ${version}`, {
    kind: 'missing',
    hint: 'Install a newer plugin.',
  });

export const stackTooSmall = (needed: number, got: number, cause: unknown): PjrtError =>
  new PjrtError(
    'STACK_TOO_SMALL',
    `koffi: expected stacks of ${needed} bytes, got ${got}, which only the first user of koffi can change`,
    {
      kind: 'failed',
      hint: 'Load the plugin before anything else in this process loads a library with koffi.',
      cause,
    },
  );

export const badValue = (what: string, expected: string, got: string): PjrtError =>
  new PjrtError('BAD_VALUE', `${what}: expected ${expected}, got ${got}`, { kind: 'failed' });

export const badModule = (expected: string, got: string): PjrtError =>
  new PjrtError('BAD_MODULE', `StableHLO module: expected ${expected}, got ${got}`, { kind: 'failed' });

export const wrongArguments = (executable: string, expected: string, got: string): PjrtError =>
  new PjrtError('WRONG_ARGUMENTS', `run of ${executable}: expected ${expected}, got ${got}`, {
    kind: 'failed',
  });

export const bufferGone = (what: string, state: 'donated' | 'disposed', type: string): PjrtError =>
  state === 'donated'
    ? new PjrtError(
        'BUFFER_DONATED',
        `${what}: expected a buffer with values, got ${type}, which was donated to a run`,
        {
          kind: 'failed',
          hint: 'Its memory belongs to a result of that run: use the result.',
        },
      )
    : new PjrtError(
        'BUFFER_DISPOSED',
        `${what}: expected a buffer with values, got ${type}, which was disposed of`,
        { kind: 'failed' },
      );

export const executableGone = (name: string): PjrtError =>
  new PjrtError(
    'EXECUTABLE_DISPOSED',
    `run of ${name}: expected an executable, got one that was disposed of`,
    { kind: 'failed' },
  );

export const clientClosed = (what: string): PjrtError =>
  new PjrtError('CLIENT_CLOSED', `${what}: expected an open client, got a closed one`, { kind: 'failed' });
