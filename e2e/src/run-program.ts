import { spawn } from 'node:child_process';

/** What a program did: its exit code (null when a signal ended it) and everything it printed. */
export interface ProgramResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProgramOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Called with the process's id and everything on stdout so far, at every chunk; a test kills from here. */
  readonly onOutput?: (stdout: string, kill: () => void) => void;
  /** Milliseconds until the program is killed (SIGKILL). */
  readonly killAfterMs?: number;
}

/** What a test process must not hand on: jest's and npm's own settings change how a user's program would behave. */
function cleanEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] =>
        entry[1] !== undefined && !/^(JEST_|npm_|NODE_OPTIONS$|NODE_ENV$|INIT_CWD$)/.test(entry[0]),
    ),
  );
}

/** Runs a program off a terminal, without input, and waits for its end. Never rejects for a bad exit code. */
export function runProgram(
  command: string,
  args: readonly string[],
  { cwd, env = {}, onOutput, killAfterMs }: ProgramOptions,
): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...cleanEnvironment(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const kill = (): void => void child.kill('SIGKILL');
    const timer = killAfterMs === undefined ? undefined : setTimeout(kill, killAfterMs);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      stdout += chunk;
      onOutput?.(stdout, kill);
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, stdout, stderr });
    });
  });
}

/** As `runProgram`, and throws with all that was printed unless the program ended well. */
export async function expectSuccess(
  command: string,
  args: readonly string[],
  options: ProgramOptions,
): Promise<ProgramResult> {
  const result = await runProgram(command, args, options);
  if (result.code !== 0) {
    throw new Error(
      `${command} ${args.join(' ')}: expected exit code 0, got ${result.code ?? result.signal}\n${result.stdout}\n${result.stderr}`,
    );
  }
  return result;
}
