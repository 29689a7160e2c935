import { Command } from '@oclif/core';
import { analysisLines, evaluationLines, showMeasuring, shownPath, WorkProgress } from '@ganymede/progress';
import type { EvaluateProgress, Evaluation, WrittenAnalysis } from '@ganymede/toolkit';
import { monotonicClock } from './monotonic-clock.js';

/** Numbers, and the file that they are kept in; null where there is none. */
export interface Measured {
  readonly evaluation: Evaluation;
  readonly path: string | null;
}

/**
 * What all commands share: with `--json` what `run` returns is printed as one JSON object, and errors go to
 * `runCli`, which is the only place that prints them. Commands load the toolkit when they run, so that help and
 * wrong flags answer at once.
 */
export abstract class ToolkitCommand extends Command {
  static override enableJsonFlag = true;

  protected override catch(error: Error): Promise<never> {
    return Promise.reject(error);
  }

  /** Shows on stderr how work gets on, nothing for `--json`, and leaves the terminal as it should be. */
  protected async withProgress<T>(work: (progress: WorkProgress) => Promise<T>): Promise<T> {
    const progress = new WorkProgress(process.stderr, this.jsonEnabled(), await monotonicClock());
    try {
      return await work(progress);
    } finally {
      progress.close();
    }
  }

  /** Measures, and prints the numbers, how they were made, and where they lie. */
  protected async measured(
    measure: (onProgress: (event: EvaluateProgress) => void) => Promise<Measured>,
  ): Promise<Measured> {
    const made = await this.withProgress((progress) => measure((event) => showMeasuring(progress, event)));
    for (const line of evaluationLines(made.evaluation)) this.log(line);
    if (made.path !== null) this.log(`wrote ${shownPath(made.path)}`);
    return made;
  }

  /** Analyzes, and prints what came of it. */
  protected async analyzed<T extends WrittenAnalysis>(
    analyze: (progress: WorkProgress) => Promise<T>,
  ): Promise<T> {
    const written = await this.withProgress(analyze);
    for (const line of analysisLines(written)) this.log(line);
    return written;
  }
}
