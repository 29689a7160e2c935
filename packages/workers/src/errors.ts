import { GanymedeError } from '@ganymede/core';

/** What differs, and, in a process that differs itself, from what. */
export function workersDiffer(
  different: readonly { readonly rank: number; readonly of: readonly string[] }[],
  ownRank: number,
  own: Readonly<Record<string, string>>,
  leaders: Readonly<Record<string, string>>,
): GanymedeError {
  const texts = different.map(({ rank, of }) => {
    if (rank !== ownRank) return `rank ${rank} has other ${of.join(', ')}`;
    return of
      .map((name) => `rank ${rank} has ${name} ${own[name] ?? 'none'}, not ${leaders[name]}`)
      .join('; ');
  });
  return new GanymedeError(
    'WORKERS_DIFFER',
    `workers: expected what rank 0 has in all of them, got others: ${texts.join('; ')}`,
    {
      kind: 'usage',
      hint: 'Start all of them with one version, one config and the same images. A rank that differs says in its own message how.',
    },
  );
}

export const workersDrifted = (
  drifted: readonly { readonly rank: number; readonly name: string }[],
): GanymedeError => {
  const shown = drifted.slice(0, 3).map(({ rank, name }) => `${name} of rank ${rank}`);
  const more = drifted.length > 3 ? ` and ${drifted.length - 3} more` : '';
  return new GanymedeError(
    'WORKERS_DRIFTED',
    `workers: expected the values of rank 0 in all of them, got others: ${shown.join(', ')}${more}`,
    {
      kind: 'failed',
      hint: 'A component that keeps something of images has to average it over the processes (`step.replicas`); processors of different kinds may round apart. Resume from the last checkpoint: all begin with its values.',
    },
  );
};

export const leaderFailed = (): GanymedeError =>
  new GanymedeError('LEADER_FAILED', 'workers: expected rank 0 to end its work, got a failure there', {
    kind: 'failed',
    hint: 'Its own message says what failed.',
  });

export const workerFailed = (rank: number): GanymedeError =>
  new GanymedeError('WORKER_FAILED', `workers: expected rank ${rank} to do its share, got a failure there`, {
    kind: 'failed',
    hint: 'Its own message says what failed.',
  });

/** @param generation - of the process that is too old @param current - of the others */
export const workerOutdated = (rank: number, generation: number, current: number): GanymedeError =>
  new GanymedeError(
    'WORKER_OUTDATED',
    `workers: expected rank ${rank} of generation ${current}, got it of generation ${generation}`,
    {
      kind: 'failed',
      hint: 'The run was started again without this process. Start all of them with one --generation, greater than any before.',
    },
  );

/** @param taken - what the system says */
export const workerAddressTaken = (rank: number, address: string, taken: string): GanymedeError =>
  new GanymedeError(
    'WORKER_ADDRESS_TAKEN',
    `workers: expected the address of rank ${rank}, ${address}, to be free, got ${taken}`,
    {
      kind: 'failed',
      hint: 'An older process of the run may have it, halted perhaps: end it. Or take another port in the list of all workers.',
    },
  );

/** @param areWorking - whether rank 0 works already, in this very start */
export const workersMissing = (
  missing: readonly string[],
  seconds: number,
  areWorking = false,
): GanymedeError =>
  new GanymedeError(
    'WORKERS_MISSING',
    `workers: expected all of them within ${seconds} s, got ${areWorking ? 'one that works already' : 'no answer'} from ${missing.join(', ')}`,
    {
      kind: 'missing',
      hint: areWorking
        ? 'The run is going on. End it before you start it again, or start all of its processes with another --generation.'
        : 'Start one process for each address, and see that the ports are open between the machines.',
    },
  );

export const workersUnsupported = (backend: string): GanymedeError =>
  new GanymedeError(
    'WORKERS_UNSUPPORTED',
    `backend ${backend}: expected one that knows other processes, got one that does not`,
    {
      kind: 'usage',
      hint: 'Type --backend tensorflow or pjrt. Devices of one machine are divided by --devices.',
    },
  );

export const workerStalled = (step: number, seconds: number, limit: number): GanymedeError =>
  new GanymedeError(
    'WORKER_STALLED',
    `workers: expected step ${step + 1} within ${limit} s, got none for ${seconds} s`,
    {
      kind: 'failed',
      hint: 'Another process is gone, stopped or cut off. Start all of them again: the run goes on from its last checkpoint.',
    },
  );

export const workerGone = (step: number, cause: unknown): GanymedeError =>
  new GanymedeError(
    'WORKER_GONE',
    `workers: expected all of them after step ${step}, got a connection that was closed at the other end`,
    {
      kind: 'failed',
      cause,
      hint: 'Another process has ended: its own message says why. Start all of them again: the run goes on from its last checkpoint.',
    },
  );

export const workerStuck = (step: number, seconds: number, limit: number): GanymedeError =>
  new GanymedeError(
    'WORKER_STUCK',
    `workers: expected step ${step + 1} within ${limit} s, got none for ${seconds} s, in which this process was at its own work`,
    {
      kind: 'failed',
      hint: 'It reads images, or a stabilizer or a reporter of it does not answer: see what it waits for. The run goes on from its last checkpoint.',
    },
  );
