import { hostname } from 'node:os';
import { hostAndPort } from '@ganymede/core';
import { launchedVariable } from './worker-message.js';

export interface WorkerCommand {
  readonly file: string;
  readonly argv: readonly string[];
  /** On another machine: what ends a process there whose connection is gone, or which is halted. @param pid - on that machine */
  readonly kill?: (pid: number) => { readonly file: string; readonly argv: readonly string[] };
}

export interface WorkerCommandOptions {
  /** The program that this one is, with its script: `node`, `run.js`. */
  readonly program: readonly string[];
  readonly cwd: string;
  /** How a command gets to a host: words, of which `{host}` is replaced; the command comes last, as one word for a shell. */
  readonly reach: string;
}

/** The command of one process; on another machine, the command that starts it there. */
export function workerCommand(
  address: string,
  argv: readonly string[],
  { program, cwd, reach }: WorkerCommandOptions,
): WorkerCommand {
  const { host } = hostAndPort(address);
  const [file, ...script] = program as [string, ...string[]];
  if (isHere(host)) return { file, argv: [...script, ...argv] };
  const words = reach.split(/\s+/).map((word) => word.replaceAll('{host}', host));
  const command = [file, ...script, ...argv].map(quoted).join(' ');
  const there = (text: string): { readonly file: string; readonly argv: readonly string[] } => ({
    file: 'sh',
    argv: ['-c', deaf, 'sh', ...words, text],
  });
  return {
    ...there(`cd ${quoted(cwd)} && ${launchedVariable}=1 exec ${command}`),
    kill: (pid) => there(`kill -KILL ${pid}`),
  };
}

/**
 * A terminal sends Ctrl-C to all that run in it. ssh would end, and the process at its other end with it, before it has saved anything; what it
 * finds ignored, it leaves ignored.
 */
const deaf = `trap '' INT TERM HUP; exec "$@"`;

const isHere = (host: string): boolean =>
  host === 'localhost' || host.startsWith('127.') || host === hostname();

/** As one word of a shell. */
const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
