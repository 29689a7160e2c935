import { spawn, type ChildProcess } from 'node:child_process';
import { errorOfTold, parseJson, type ToldError } from '@ganymede/core';
import { after } from './after.js';
import { noAnswer } from './errors.js';
import { freeAddresses } from './free-addresses.js';
import { workerCommand, type WorkerCommandOptions } from './worker-commands.js';

export interface AskOptions extends WorkerCommandOptions {
  readonly count: number;
  /** `host:port` of each; null for free ones of this machine. */
  readonly addresses: readonly string[] | null;
  /** The command line of one process, without the program; it prints one JSON object. */
  readonly argumentsOf: (workers: {
    readonly addresses: readonly string[];
    readonly rank: number;
  }) => readonly string[];
  /** How long all of them may take. */
  readonly seconds?: number;
}

/** How long the others may take to say what they saw, once one has failed. */
const graceMilliseconds = 2000;

/**
 * Starts one process a rank for something that is soon done, and ends all of them.
 * @returns what rank 0 prints
 * @throws what one of them says went wrong, first of those that are not only told that another is gone; NO_ANSWER
 */
export async function askProcesses(options: AskOptions): Promise<unknown> {
  const { count, argumentsOf, seconds = 300 } = options;
  const addresses = options.addresses ?? (await freeAddresses(count));
  const all = addresses.map((address, rank) => started(address, argumentsOf({ addresses, rank }), options));
  const limit = after(seconds * 1000).then(() => 'late' as const);
  try {
    const everyOne = Promise.all(all.map(({ end }) => end));
    const firstFailed = Promise.race(
      all.map(async ({ end }) => ((await end).code === 0 ? new Promise<never>(() => undefined) : end)),
    );
    await Promise.race([
      everyOne,
      limit,
      firstFailed.then(() => Promise.race([everyOne, after(graceMilliseconds)])),
    ]);
  } finally {
    for (const { child } of all) child.kill('SIGKILL');
  }
  return answerOf(await Promise.all(all.map(({ end }) => end)), seconds);
}

interface End {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function started(
  address: string,
  argv: readonly string[],
  options: AskOptions,
): { readonly child: ChildProcess; readonly end: Promise<End> } {
  const command = workerCommand(address, argv, options);
  const child = spawn(command.file, [...command.argv], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (part: string) => (stdout += part));
  child.stderr.setEncoding('utf8').on('data', (part: string) => (stderr += part));
  const end = new Promise<End>((resolve) => {
    child.on('error', ({ message }) => resolve({ code: null, stdout, stderr: message }));
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
  return { child, end };
}

function answerOf(ends: readonly End[], seconds: number): unknown {
  const leader = ends[0]!;
  // The others may see its connections end before they have ended themselves.
  if (leader.code === 0) return parseJson(leader.stdout, (got) => noAnswer(0, seconds, got));
  const failures = ends.flatMap((end, rank) => {
    const failure = end.code === 0 ? null : failureOf(end);
    return failure ? [{ rank, failure }] : [];
  });
  const told = failures.find(({ failure }) => failure.code !== 'TENSORFLOW_ERROR') ?? failures[0];
  if (told) throw errorOfTold(told.failure, `rank ${told.rank}`);
  const silent = ends.findIndex(({ code }) => code !== 0);
  throw noAnswer(silent, seconds, ends[silent]!.stderr.trim().split('\n').at(-1) ?? '');
}

function failureOf({ stdout }: End): ToldError | null {
  try {
    const { error } = JSON.parse(stdout) as { readonly error?: ToldError };
    return error ?? null;
  } catch {
    return null;
  }
}
