import type { Plugin } from '@ganymede/core';
import { chooseReporter, shownPath } from '@ganymede/progress';
import type { ResolvedConfig, TrainResult } from '@ganymede/toolkit';
import { toldInterruption } from './end-in-order.js';
import { exitCodes, exitCodeOfSignal } from './exit-codes.js';
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
}

/**
 * Trains with progress on stdout until the run, or the user, ends it.
 * @returns the exit code
 */
export async function runTraining(request: TrainingRequest): Promise<number> {
  const { config, plugins, runFolder, resume, profileSteps = 0, json, notes } = request;
  const { train } = await import('@ganymede/toolkit');
  const now = await monotonicClock();
  const stream = process.stdout;
  const reporter = chooseReporter({ json, every: config.log.every, stream, now });
  const interruption = await toldInterruption((text) => reporter.report({ kind: 'note', text }));
  try {
    for (const text of notes) reporter.report({ kind: 'note', text });
    const result = await train({
      config,
      runFolder,
      resume,
      profileSteps,
      plugins,
      signal: interruption.signal,
      onEvent: (event) => {
        // From the first step on there is something that a checkpoint can save.
        if (event.kind === 'step') interruption.listen();
        reporter.report(event);
      },
    });
    reporter.close();
    const isDone = result.step >= config.steps;
    stream.write(
      json ? `${JSON.stringify({ kind: 'done', ...result, finished: isDone })}\n` : summary(result, isDone),
    );
    return interruption.received === null || isDone ? exitCodes.ok : exitCodeOfSignal(interruption.received);
  } catch (error) {
    reporter.close();
    throw error;
  } finally {
    interruption.ignore();
  }
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
