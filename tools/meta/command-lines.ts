import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { repository } from './repository.js';

/** The commands of the CLI by oclif's id, `backend:list`, with their flags. oclif loads them, in a process of its own. */
export const commandFlags = once((): Readonly<Record<string, readonly string[]>> => {
  const program = join(repository, 'tools/meta/command-flags.mjs');
  const { stdout, stderr, status } = spawnSync(process.execPath, [program], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Record<string, readonly string[]>;
});

function once<T>(make: () => T): () => T {
  const made: T[] = [];
  return () => (made[0] ??= make());
}

/**
 * What is wrong with the words behind `ganymede`: no such command, or flags that it does not have; null if nothing is.
 * Words with no command, such as `--help`, are right.
 */
export function commandProblem(words: readonly string[]): string | null {
  const firstOdd = words.findIndex((word) => !/^[a-z][a-z0-9-]*$/.test(word));
  const plain = firstOdd === -1 ? words : words.slice(0, firstOdd);
  if (plain.length === 0) return null;
  // Arguments may follow: some of the first words are the command.
  const id = plain
    .map((_, i) => plain.slice(0, plain.length - i).join(':'))
    .find((one) => one in commandFlags());
  if (id === undefined) return 'no command of that name';
  const flags = words.flatMap((word) => /^--?[a-z][a-z-]*/.exec(word)?.[0] ?? []);
  const unknown = flags.filter((flag) => flag !== '--help' && !commandFlags()[id]!.includes(flag));
  return unknown.length === 0 ? null : `${id} has no ${unknown.join(', ')}`;
}
