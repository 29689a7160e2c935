import type { RunFolder } from '@ganymede/checkpoints';
import type { Reporter, TrainingEvent } from '@ganymede/core';

/** Writes every event to `events.jsonl`, and hands it to the reporters of the run. */
export class RunLog {
  constructor(
    private readonly folder: RunFolder,
    private readonly reporters: readonly Reporter[],
  ) {}

  record(event: TrainingEvent): void {
    this.folder.events.append(event);
    for (const reporter of this.reporters) reporter.report(event);
  }
}
