import type { WorkerPlan } from '@ganymede/launcher';
import { chooseReporter } from '@ganymede/progress';
import { errorOfTold } from '@ganymede/core';
import { toldInterruption } from './end-in-order.js';
import { monotonicClock } from './monotonic-clock.js';
import { parseInteger } from './parse-number.js';
import { endOf, runTraining, type TrainingRequest } from './run-training.js';

/** The command that is typed, for the processes that are to do it. */
export interface TypedCommand {
  /** Its words, its name first: each process gets them with its rank. */
  readonly argv: readonly string[];
  /** Words that name the run. */
  readonly run: readonly string[];
  /** Words that make it go on with the run. */
  readonly again: readonly string[];
  readonly flags: {
    readonly reach: string;
    readonly restarts: string;
  };
}

/**
 * Trains in this process, alone or as one of several, or in processes that this one starts.
 * @returns the exit code
 */
export function trainAsPlanned(
  plan: WorkerPlan,
  command: TypedCommand,
  request: TrainingRequest,
): Promise<number> {
  if (plan.kind === 'launch') return launchTraining(plan, command, request);
  return runTraining({ ...request, workers: plan.kind === 'one' ? plan.workers : undefined });
}

/** The processes do what the command says; the leader's progress is shown on stdout. */
async function launchTraining(
  plan: Extract<WorkerPlan, { readonly kind: 'launch' }>,
  { argv, run, again, flags }: TypedCommand,
  { config, json, notes }: TrainingRequest,
): Promise<number> {
  const { launch, wordsOfWorker, workerArguments } = await import('@ganymede/launcher');
  const { clock } = (await import('@ganymede/toolkit')).pluginHost;
  const now = await monotonicClock();
  const reporter = chooseReporter({ json, every: config.log.every, stream: process.stdout, now });
  const interruption = await toldInterruption((text) => reporter.report({ kind: 'note', text }));
  try {
    for (const text of notes) reporter.report({ kind: 'note', text });
    const outcome = await launch({
      ...plan,
      program: [process.execPath, process.argv[1]!],
      cwd: process.cwd(),
      reach: flags.reach,
      restarts: parseInteger('--restarts', flags.restarts, 0),
      argumentsOf: (workers, isAgain) => [
        ...workerArguments(argv),
        ...run,
        ...(isAgain ? again : []),
        ...wordsOfWorker(workers),
      ],
      reporter,
      clock,
      signal: interruption.signal,
      onFirstStep: () => interruption.listen(),
    });
    reporter.close();
    if (outcome.kind === 'done') return endOf(outcome.result, { json, received: interruption.received });
    throw errorOfTold(outcome.failure, `rank ${outcome.rank}`);
  } finally {
    reporter.close();
    interruption.ignore();
  }
}
