import type { RunFolder } from '@ganymede/checkpoints';
import type { Reporter, TrainingEvent } from '@ganymede/core';

/** Writes every event to `events.jsonl`, and hands it to the reporters of the run. */
export class RunLog {
  private reporters: readonly Reporter[];

  /** @param tell - takes what the user should know */
  constructor(
    private readonly folder: RunFolder,
    reporters: readonly Reporter[],
    private readonly tell: (text: string) => void,
  ) {
    this.reporters = reporters;
  }

  /** A reporter that fails is not asked again; no run ends because nobody could be told of it. */
  record(event: TrainingEvent): void {
    this.folder.events.append(event);
    for (const reporter of this.reporters) {
      try {
        reporter.report(event);
      } catch (error) {
        this.reporters = this.reporters.filter((one) => one !== reporter);
        this.tell(`${(error as Error).message}; the run continues without this reporter`);
      }
    }
  }
}
