import type { RunEvent } from '@ganymede/toolkit';

/** Shows what a run tells. */
export interface RunReporter {
  report(event: RunEvent): void;
  /** Leaves the terminal as it should be for what is printed next. */
  close(): void;
}
