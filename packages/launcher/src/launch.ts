import { setTimeout as sleep } from 'node:timers/promises';
import { upperMedian, type Clock, type ToldError, type WorkersSpec } from '@ganymede/core';
import { counted, type RunReporter } from '@ganymede/progress';
import type { TrainResult } from '@ganymede/toolkit';
import { after } from './after.js';
import { workersLost, workersNotStarted } from './errors.js';
import { freeAddresses } from './free-addresses.js';
import { workerCommand, type WorkerCommandOptions } from './worker-commands.js';
import { WorkerProcess } from './worker-process.js';

/** A process, and which start of the run it is of. */
export type LaunchedWorkers = WorkersSpec & { readonly generation: number };

export interface LaunchOptions extends WorkerCommandOptions {
  readonly count: number;
  /** `host:port` of each; null for free ones of this machine. */
  readonly addresses: readonly string[] | null;
  /**
   * The command line of one process, without the program.
   * @param isAgain - go on with the run that the processes before it began
   */
  readonly argumentsOf: (workers: LaunchedWorkers, isAgain: boolean) => readonly string[];
  /** How often all are started again after a loss. */
  readonly restarts: number;
  readonly reporter: RunReporter;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** How long a process that could not be started again is given before the next try; twice as long each time. 30 s by default. */
  readonly pauseMilliseconds?: number;
  /** Told when the first step is done: from then on there is something that a checkpoint can save. */
  readonly onFirstStep?: () => void;
}

/** What came of a launch: the run's result, or the failure of one process that starting again would only repeat. */
export type LaunchOutcome =
  | { readonly kind: 'done'; readonly result: TrainResult & { readonly finished: boolean } }
  | { readonly kind: 'failed'; readonly rank: number; readonly failure: ToldError };

/** What a process says when another one is the cause. */
const secondary = new Set([
  'LEADER_FAILED',
  'WORKER_FAILED',
  'WORKER_GONE',
  'WORKER_STALLED',
  'WORKERS_MISSING',
  'TENSORFLOW_ERROR',
]);
/** Whether a process fails because another one does. */
export const isSecondary = (code: string): boolean => secondary.has(code);
/** What a process says that is the cause itself, and may well not be it again. */
const stuckCode = 'WORKER_STUCK';
/** A process that says nothing for so long is halted, or its machine is gone. */
const silentSeconds = 60;
/** What comes between two steps, an evaluation, may keep its thread for long. */
const silentLimit = ({ isBetweenSteps }: WorkerProcess): number =>
  isBetweenSteps ? 10 * silentSeconds : silentSeconds;
/** How long the others may take to say what they saw, once one has ended. */
const graceMilliseconds = 2000;
/** The leader, before it says what failed, saves the step that was whole. */
const savingMilliseconds = 600_000;

/**
 * Trains one run in several processes. Where one dies, hangs or is cut off, all end, and all begin again at the last checkpoint.
 * A process that is lost cannot come back: it is killed here, and where it cannot be reached, it ends by itself when no step is
 * done. Every start has a generation, greater than any before, by which the new processes know one of an older start and refuse it.
 * @throws WORKERS_NOT_STARTED where one cannot be started at all, WORKERS_LOST after `restarts` more starts
 */
export async function launch(options: LaunchOptions): Promise<LaunchOutcome> {
  const { restarts, reporter, signal, clock } = options;
  let pause = options.pauseMilliseconds ?? 30_000;
  let generation = 0;
  for (let starts = 1; ; starts++) {
    // Of another launch, too: seconds only grow.
    generation = nextGeneration(clock, generation);
    const outcome = await startOnce(options, generation, starts > 1);
    if ('kind' in outcome) return outcome;
    if (starts === 1 && outcome.unheard.length > 0) throw workersNotStarted(outcome.unheard);
    if (starts > restarts || signal.aborted) throw workersLost(outcome.lost, starts);
    const text = `${outcome.lost.join('; ')}: all start again from the last checkpoint`;
    reporter.report({ kind: 'note', text: `${text} (${starts} of ${restarts})` });
    // A machine may be starting itself.
    if (outcome.unheard.length > 0) {
      await sleep(pause, undefined, { signal }).catch(() => undefined);
      pause *= 2;
    }
  }
}

/** A number for a start, greater than those of all starts before it. */
export const nextGeneration = (clock: Clock, before = 0): number =>
  Math.max(before + 1, Math.floor(clock.now() / 1000));

/** What became of a start that did not come to its end. */
interface Losses {
  readonly lost: readonly string[];
  /** Processes that never said a word, and why, as far as that is known. */
  readonly unheard: readonly string[];
}

async function startOnce(
  options: LaunchOptions,
  generation: number,
  isAgain: boolean,
): Promise<LaunchOutcome | Losses> {
  const { reporter, clock, signal, onFirstStep, argumentsOf } = options;
  const addresses = options.addresses ?? (await freeAddresses(options.count));
  const all = addresses.map((address, rank) => {
    const isLeader = rank === 0;
    return new WorkerProcess({
      rank,
      clock,
      command: workerCommand(address, argumentsOf({ addresses, rank, generation }, isAgain), options),
      onEvent: (event) => {
        if (event.kind === 'step' && isLeader) onFirstStep?.();
        if (isLeader) reporter.report(event);
      },
    });
  });
  const stop = (): void => all.forEach((one) => one.stop());
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  try {
    await untilOver(all);
    const failed = all.find(
      ({ failure }) => failure && failure.code !== stuckCode && !isSecondary(failure.code),
    );
    if (failed && !all.some(isDead)) return { kind: 'failed', rank: failed.rank, failure: failed.failure! };
    const { result } = all[0]!;
    if (result && all.every(({ ended }) => ended !== null && ended.signal === null))
      return { kind: 'done', result };
    for (const { rank, lines } of all.filter(isDead))
      for (const line of lines) reporter.report({ kind: 'note', text: `rank ${rank}: ${line}` });
    return { lost: lossesOf(all), unheard: unheardOf(all, addresses) };
  } finally {
    signal.removeEventListener('abort', stop);
    await Promise.all(all.map((one) => one.kill()));
  }
}

/** Until all have ended, or one has failed and the others had the time to say what they know. */
async function untilOver(all: readonly WorkerProcess[]): Promise<void> {
  const everyOne = Promise.all(all.map((one) => one.exit));
  const failing = (one: WorkerProcess): boolean =>
    one.ended === null ? one.silentSeconds > silentLimit(one) && one.step > 0 : one.result === null;
  for (;;) {
    const over = await Promise.race([everyOne.then(() => true), after(500).then(() => false)]);
    if (over) return;
    if (!all.some(failing)) continue;
    if (leaderIsSaving(all)) await untilTold(all[0]!);
    await Promise.race([everyOne, after(graceMilliseconds)]);
    return;
  }
}

/** Whether all that is known of a failure is that the leader has one, which it has not told yet. */
function leaderIsSaving([leader, ...others]: readonly WorkerProcess[]): boolean {
  const over = others.filter(({ ended, failure }) => ended !== null || failure !== null);
  return (
    leader!.ended === null &&
    over.length > 0 &&
    over.every(({ failure }) => failure?.code === 'LEADER_FAILED')
  );
}

async function untilTold(leader: WorkerProcess): Promise<void> {
  const late = after(savingMilliseconds).then(() => true);
  const isOver = (): boolean => leader.failure !== null || leader.silentSeconds > silentSeconds;
  while (!isOver())
    if (await Promise.race([leader.exit.then(() => true), late, after(100).then(() => false)])) return;
}

const isSilent = (one: WorkerProcess): boolean => one.ended === null && one.silentSeconds > silentSeconds / 3;

/** Ended by a signal or a crash, without an error of its own. */
const isDead = ({ ended, failure }: WorkerProcess): boolean =>
  ended !== null && failure === null && (ended.signal !== null || ended.code !== 0);

/** Processes that could not be started: they ended, or time went by, without a word. */
const unheardOf = (all: readonly WorkerProcess[], addresses: readonly string[]): readonly string[] =>
  all
    .filter((one) => !one.isHeard && (isDead(one) || isSilent(one)))
    .map(({ rank, ended, lines, silentSeconds: seconds }) => {
      const how = ended
        ? `ended with ${ended.signal ?? `code ${ended.code ?? '?'}`}`
        : `no word for ${Math.round(seconds)} s`;
      return `rank ${rank} at ${addresses[rank]}: ${[how, ...lines.slice(-3)].join(': ')}`;
    });

/** Who is the cause, as far as can be told: whoever died, was stuck or fell silent; else all of them, which wait for one another. */
function lossesOf(all: readonly WorkerProcess[]): readonly string[] {
  const where = ({ rank, step }: WorkerProcess): string =>
    `rank ${rank} of ${all.length}, whose last step was ${step},`;
  const dead = all.filter(isDead);
  const silent = all.filter(isSilent);
  const stuck = all.filter(({ failure }) => failure?.code === stuckCode);
  if (dead.length + silent.length + stuck.length > 0)
    return [
      ...dead.map((one) => `${where(one)} ended by ${one.endedBy}`),
      ...stuck.map((one) => `${where(one)} was stuck in its own work`),
      ...silent.map((one) => `${where(one)} said nothing for ${Math.round(one.silentSeconds)} s`),
    ];
  const told = all.find(({ failure }) => failure !== null);
  const step = upperMedian(all.map((one) => one.step));
  return [
    `no step after step ${step} of ${counted(all.length, 'process', 'processes')} that all live${told ? ` (rank ${told.rank}: ${told.failure!.message})` : ''}`,
  ];
}
