import type { RunEvent } from '@ganymede/toolkit';
import { SingleBar } from 'cli-progress';
import { eventText, formatDuration, formatLosses, formatRate, stepLine } from './format.js';
import type { RunReporter } from './reporter.js';

const clearLine = '\r\u001b[K';

/** A bar at the terminal's last line; everything else scrolls above it. */
export class BarReporter implements RunReporter {
  private bar: SingleBar | null = null;
  private last: (RunEvent & { kind: 'step' }) | null = null;

  constructor(private readonly stream: NodeJS.WriteStream) {}

  report(event: RunEvent): void {
    switch (event.kind) {
      case 'phase':
        // A phase between steps is over in a moment; before the first it is all there is to see.
        if (this.bar === null) this.stream.write(`${clearLine}${event.text}`);
        return;
      case 'step': {
        this.step(event);
        return;
      }
      default: {
        this.above(eventText(event));
        return;
      }
    }
  }

  private step(event: RunEvent & { kind: 'step' }): void {
    this.last = event;
    if (this.bar === null) this.start(event);
    else this.bar.update(event.step, payloadOf(event));
  }

  private start(event: RunEvent & { kind: 'step' }): void {
    this.stream.write(clearLine);
    this.bar = new SingleBar({
      stream: this.stream,
      format: '{bar} {value}/{total}  {rate}  {losses}  {left}',
      barsize: 24,
      hideCursor: true,
      fps: 5,
      gracefulExit: false,
      linewrap: false,
      clearOnComplete: true,
    });
    this.bar.start(event.steps, event.step, payloadOf(event));
  }

  private above(text: string): void {
    if (this.bar === null || this.last === null) {
      this.stream.write(`${clearLine}${text}\n`);
      return;
    }
    const { last } = this;
    this.bar.stop();
    this.stream.write(`${clearLine}${text}\n`);
    this.start(last);
  }

  close(): void {
    this.bar?.stop();
    const end = this.last === null ? '' : `${stepLine(this.last)}\n`;
    this.stream.write(`${clearLine}${end}`);
    this.bar = null;
    this.last = null;
  }
}

function payloadOf({
  step,
  steps,
  imagesPerSecond,
  secondsLeft,
  losses,
}: RunEvent & { kind: 'step' }): object {
  return {
    rate: formatRate(imagesPerSecond),
    losses: formatLosses(losses),
    left: step < steps ? `${formatDuration(secondsLeft)} left` : 'done',
  };
}
