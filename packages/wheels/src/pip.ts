import { spawn } from 'node:child_process';
import { downloadFailed, noNetwork, pipNotFound, pythonNotFound, type WheelError } from './errors.js';
import type { WheelPin } from './wheel-pin.js';

export interface PipResult {
  /** Null where a signal or the limit ended it. */
  readonly code: number | null;
  /** Standard output and standard error, as they came. */
  readonly output: string;
  /** What its failure is in words; null if it went well. */
  readonly failure: WheelError | null;
}

export interface PipOptions {
  /** Programs to try, the first that has pip. */
  readonly pythons?: readonly string[] | undefined;
  /** Where pip keeps what it is downloading. */
  readonly temporary: string;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds after which pip is ended. */
  readonly limitMs?: number;
  /** Told the group of pip's processes, which may outlive this one. */
  readonly onStart?: (pid: number) => void;
}

const defaultPythons = ['python3', 'python'] as const;

/** Ends a process and those that it started: `python3` may be a script that runs Python as a process of its own. */
export function endGroup(pid: number): boolean {
  try {
    process.kill(-pid, 'SIGKILL');
    return true;
  } catch {
    return false; // it has ended
  }
}

/** Null where there is no such program. */
function start(
  python: string,
  parameters: readonly string[],
  { temporary, signal, limitMs, onStart }: PipOptions,
): Promise<Pick<PipResult, 'code' | 'output'> | null> {
  return new Promise((resolve, reject) => {
    const child = spawn(python, ['-m', 'pip', '--disable-pip-version-check', ...parameters], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, TMPDIR: temporary },
      // Ctrl-C in a terminal goes to every process of the group: pip would remove what it has. Here it is ended by `signal`
      // alone, in a way that it cannot see.
      detached: true,
    });
    const { pid } = child;
    if (pid !== undefined) onStart?.(pid);
    const end = (): void => {
      if (pid !== undefined) endGroup(pid);
    };
    const limit = limitMs === undefined ? undefined : setTimeout(end, limitMs);
    signal?.addEventListener('abort', end);
    const settle = (): void => {
      clearTimeout(limit);
      signal?.removeEventListener('abort', end);
    };
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', (error: NodeJS.ErrnoException) => {
      settle();
      if (error.code === 'ENOENT') resolve(null);
      else reject(error);
    });
    child.on('close', (code) => {
      settle();
      resolve({ code, output });
    });
  });
}

const unreachable =
  /NewConnectionError|NameResolutionError|name resolution|Network is unreachable|ConnectTimeout|ReadTimeout|ConnectionError|Connection reset|IncompleteRead|Max retries exceeded|ProxyError/i;

function failureOf(wheel: WheelPin, python: string, output: string): WheelError {
  if (/No module named '?pip/.test(output)) return pipNotFound(wheel, python);
  if (unreachable.test(output)) return noNetwork(wheel);
  const lines = output.trim().split('\n');
  const last = lines.filter((line) => /error/i.test(line)).at(-1) ?? lines.at(-1) ?? '';
  return downloadFailed(wheel, last.trim());
}

/**
 * Runs pip, whatever Python has it, so that the user's index, proxy and certificates hold.
 * @throws PYTHON_NOT_FOUND, PIP_NOT_FOUND; an AbortError
 */
export async function runPip(
  wheel: WheelPin,
  parameters: readonly string[],
  options: PipOptions,
): Promise<PipResult> {
  const { pythons = defaultPythons } = options;
  let lacksPip: WheelError | undefined;
  for (const python of pythons) {
    options.signal?.throwIfAborted();
    const result = await start(python, parameters, options);
    if (result === null) continue;
    options.signal?.throwIfAborted();
    const failure = result.code === 0 ? null : failureOf(wheel, python, result.output);
    if (failure?.code !== 'PIP_NOT_FOUND') return { ...result, failure };
    lacksPip = failure;
  }
  throw lacksPip ?? pythonNotFound(wheel, pythons);
}

/** What makes pip look at wheels for CPython 3.12 on the platform of this one, whatever it runs on itself. */
export const selection = ({ platforms }: WheelPin): readonly string[] => [
  '--no-cache-dir',
  '--no-deps',
  '--only-binary=:all:',
  '--python-version',
  '3.12',
  ...platforms.flatMap((platform) => ['--platform', platform]),
];
