import { hostname } from 'node:os';
import { hostAndPort } from '@ganymede/core';
import type { WorkerCommand } from './worker-process.js';
import { launchedVariable } from './worker-message.js';

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
  const [reacher, ...words] = reach.split(/\s+/).map((word) => word.replaceAll('{host}', host));
  const command = [file, ...script, ...argv].map(quoted).join(' ');
  return {
    file: reacher!,
    argv: [...words, `cd ${quoted(cwd)} && ${launchedVariable}=1 exec ${command}`],
  };
}

const isHere = (host: string): boolean =>
  host === 'localhost' || host.startsWith('127.') || host === hostname();

/** As one word of a shell. */
const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
