import type { RunEvent } from '@ganymede/toolkit';
import { eventText, stepLine } from './format.js';
import type { RunReporter } from './reporter.js';

/** Seconds between two lines of the same kind, but for the first and the last step. */
const intervalSeconds = 10;

/** One line at a time, for logs and pipes. */
export class LineReporter implements RunReporter {
  private lastStepAt = -Infinity;
  private lastPhaseAt = -Infinity;
  private lastPhase = '';

  /**
   * @param write - takes a line without its end
   * @param now - milliseconds of a monotonic clock
   */
  constructor(
    private readonly write: (line: string) => void,
    private readonly now: () => number,
  ) {}

  report(event: RunEvent): void {
    switch (event.kind) {
      case 'phase': {
        this.phase(event.text);
        return;
      }
      case 'step': {
        this.step(event);
        return;
      }
      default: {
        this.write(eventText(event));
        return;
      }
    }
  }

  /** `decoding images: 10 of 500` goes on as the same phase. */
  private phase(text: string): void {
    const [name] = text.split(':', 1);
    const isDue = this.now() - this.lastPhaseAt >= intervalSeconds * 1000;
    if (name === this.lastPhase && !isDue) return;
    this.lastPhase = name!;
    this.lastPhaseAt = this.now();
    this.write(text);
  }

  private step(event: RunEvent & { kind: 'step' }): void {
    if (event.step < event.steps && this.now() - this.lastStepAt < intervalSeconds * 1000) return;
    this.lastStepAt = this.now();
    this.write(stepLine(event));
  }

  close(): void {}
}
