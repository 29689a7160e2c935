import type { RunEvent } from '@ganymede/toolkit';
import type { RunReporter } from './reporter.js';

/** JSON lines: one object an event. Of the steps, every `every`-th and the last. */
export class JsonReporter implements RunReporter {
  constructor(
    private readonly write: (line: string) => void,
    private readonly every: number,
  ) {}

  report(event: RunEvent): void {
    if (event.kind === 'step' && event.step % this.every !== 0 && event.step < event.steps) return;
    this.write(JSON.stringify(event));
  }

  close(): void {}
}
