import type { Plugin, WorkersSpec } from '@ganymede/core';
import { chooseReporter, shownPath, type RunReporter } from '@ganymede/progress';
import type { ResolvedConfig, TrainResult } from '@ganymede/toolkit';
import { toldInterruption } from './end-in-order.js';
import { endAtOnce, endSoon, exitCodes, exitCodeOfSignal } from '@ganymede/program';
import type { Interruption, StopSignal } from '@ganymede/program';
import { monotonicClock } from './monotonic-clock.js';

export interface TrainingRequest {
  readonly config: ResolvedConfig;
  readonly plugins: readonly Plugin[];
  readonly runFolder: string;
  readonly resume: boolean;
  readonly profileSteps?: number;
  readonly json: boolean;
  /** Printed before anything else. */
  readonly notes: readonly string[];
  /** The processes that train the run, this one among them. */
  readonly workers?: WorkersSpec | undefined;
}

/**
 * Trains with progress on stdout until the run, or the user, ends it.
 * @returns the exit code
 */
export async function runTraining(request: TrainingRequest): Promise<number> {
  const { config, plugins, runFolder, resume, profileSteps = 0, json, notes, workers } = request;
  const { train } = await import('@ganymede/toolkit');
  const now = await monotonicClock();
  const stream = process.stdout;
  const tell = (text: string): void => reporter.report({ kind: 'note', text });
  // The launcher has said what it was asked for.
  const interruption = await toldInterruption((text) => {
    if (!launched) tell(text);
  });
  const launched = workers ? await launchedReporter(interruption) : null;
  const reporter = launched ?? chooseReporter({ json, every: config.log.every, stream, now });
  try {
    // The launcher has said them.
    if (!launched) for (const text of notes) tell(text);
    const result = await train({
      config,
      runFolder,
      resume,
      profileSteps,
      plugins,
      workers,
      signal: interruption.signal,
      onEvent: (event) => {
        // From the first step on there is something that a checkpoint can save.
        if (event.kind === 'step') interruption.listen();
        reporter.report(event);
      },
    });
    reporter.close();
    const finished = result.step >= config.steps;
    return endOf({ ...result, finished }, { json, received: interruption.received });
  } catch (error) {
    reporter.close();
    if (workers) endSoon(process);
    throw error;
  } finally {
    interruption.ignore();
  }
}

/** The reporter of a process that a launcher started, which also says when to stop; null where none did. */
async function launchedReporter(interruption: Interruption): Promise<RunReporter | null> {
  const { LaunchedProcess } = await import('@ganymede/launcher');
  return LaunchedProcess.of(process, {
    stop: () => interruption.ask('SIGTERM'),
    gone: () => endAtOnce(process),
  });
}

/** Prints what came of a run. @returns the exit code; of a run that another process was asked to end, as if this one had been */
export function endOf(
  result: TrainResult & { readonly finished: boolean },
  { json, received }: { readonly json: boolean; readonly received: StopSignal | null },
): number {
  const { finished } = result;
  process.stdout.write(json ? `${JSON.stringify({ kind: 'done', ...result })}\n` : summary(result, finished));
  return finished ? exitCodes.ok : exitCodeOfSignal(received ?? 'SIGTERM');
}

function summary({ runFolder, step, sheet, checkpoint }: TrainResult, isDone: boolean): string {
  const run = shownPath(runFolder);
  const lines = [
    isDone ? `done: ${step} steps in ${run}` : `stopped after step ${step}`,
    ...(sheet === null ? [] : [`samples:    ${shownPath(sheet)}`]),
    `checkpoint: ${shownPath(checkpoint)}`,
    isDone ? `next:       ganymede sample ${run}` : `go on:      ganymede resume ${run}`,
  ];
  return `${lines.join('\n')}\n`;
}
