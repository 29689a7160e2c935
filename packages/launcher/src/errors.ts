import { GanymedeError } from '@ganymede/core';

export const badWorkers = (what: string): GanymedeError =>
  new GanymedeError('BAD_ARGUMENTS', `--workers: expected ${what}`, {
    kind: 'usage',
    hint: 'Type a number of processes for this machine (--workers 4), or the address of each (--workers a:2222,b:2222), with --rank where each is started by itself.',
  });

/** @param texts - what became of each process that did not end by itself */
export const workersLost = (texts: readonly string[], starts: number): GanymedeError =>
  new GanymedeError(
    'WORKERS_LOST',
    `workers: expected all of them to train to the end, got: ${texts.join('; ')}${starts > 1 ? `, after ${starts} starts` : ''}`,
    {
      kind: 'failed',
      hint: 'The run goes on from its last checkpoint: ganymede resume <run> --workers ...',
    },
  );

/** @param texts - of each process that was never heard of */
export const workersNotStarted = (texts: readonly string[]): GanymedeError =>
  new GanymedeError(
    'WORKERS_NOT_STARTED',
    `workers: expected a word of each after its start, got none of ${texts.join('; ')}`,
    {
      kind: 'failed',
      hint: 'See that --reach (ssh {host} by default) runs a command there without asking anything, that this folder and this program are there at the same paths, and that the ports are open.',
    },
  );

/** @param lines - the last that it said */
export const helperLost = (rank: number, how: string, lines: readonly string[]): GanymedeError =>
  new GanymedeError(
    'WORKER_LOST',
    `workers: expected rank ${rank} to do its share, got its end by ${how}${lines.length > 0 ? `: ${lines.slice(-3).join('; ')}` : ''}`,
    {
      kind: 'failed',
      hint: 'Nothing was written. Type the command again, with fewer --workers if memory is short.',
    },
  );

export const exchangingBad = (got: string): GanymedeError =>
  new GanymedeError(
    'BAD_ARGUMENTS',
    `--between: expected a number from 2 to 64, or two addresses or more such as a:2222,b:2222, got ${got}`,
    { kind: 'usage' },
  );

/** @param got - the last that was heard of it */
export const noAnswer = (rank: number, seconds: number, got: string): GanymedeError =>
  new GanymedeError(
    'NO_ANSWER',
    `rank ${rank}: expected an answer within ${seconds} s, got ${got === '' ? 'none' : got}`,
    {
      kind: 'failed',
      hint: 'See that the ports are open between the machines, and that the command runs there when it is typed.',
    },
  );
