import type { SweepEvent, SweepOutcome, SweepPlan } from '@ganymede/toolkit';
import { chooseReporter } from './choose-reporter.js';
import { endLine } from './end-line.js';
import type { RunReporter } from './reporter.js';
import { showMeasuring } from './show-measuring.js';
import { WorkProgress } from './work.js';

/** Shows what a sweep tells. */
export interface SweepView {
  note(text: string): void;
  /** @param lines - the plan in words */
  plan(plan: SweepPlan, lines: readonly string[]): void;
  /** @param secondsLeft - of the whole sweep, at the end of a run; null where it is not known */
  event(event: SweepEvent, secondsLeft: number | null): void;
  outcome(outcome: SweepOutcome, lines: readonly string[]): void;
  /** Leaves the terminal as it should be. */
  close(): void;
}

export interface SweepViewOptions {
  readonly json: boolean;
  readonly stream: NodeJS.WriteStream;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
}

export function chooseSweepView(options: SweepViewOptions): SweepView {
  return options.json ? new JsonSweepView(options.stream) : new TextSweepView(options.stream, options.now);
}

/** Every how many steps a line of JSON tells one. */
const jsonSteps = 10;

/** JSON lines: the plan, events, and at the end the outcome. */
class JsonSweepView implements SweepView {
  constructor(private readonly stream: NodeJS.WriteStream) {}

  private write(value: object): void {
    this.stream.write(`${JSON.stringify(value)}\n`);
  }

  note(text: string): void {
    this.write({ kind: 'note', text });
  }

  plan(plan: SweepPlan): void {
    this.write({ kind: 'plan', ...plan });
  }

  event(event: SweepEvent, secondsLeft: number | null): void {
    if (event.kind === 'training' && event.event.kind === 'step') {
      const { step, steps } = event.event;
      if (step % jsonSteps !== 0 && step < steps) return;
    }
    if (event.kind === 'measuring') return;
    this.write(event.kind === 'end' ? { ...event, secondsLeft } : event);
  }

  outcome({ results, files, finished }: SweepOutcome): void {
    this.write({ kind: 'done', finished, files, results });
  }

  close(): void {}
}

/** A line for each run's begin and end, and between them what `train` and `evaluate` show of a run. */
class TextSweepView implements SweepView {
  private training: RunReporter | null = null;
  private measuring: WorkProgress | null = null;

  constructor(
    private readonly stream: NodeJS.WriteStream,
    private readonly now: () => number,
  ) {}

  note(text: string): void {
    if (this.training) this.training.report({ kind: 'note', text });
    else this.write(text);
  }

  plan(_: SweepPlan, lines: readonly string[]): void {
    for (const line of lines) this.write(line);
  }

  event(event: SweepEvent, secondsLeft: number | null): void {
    const { stream, now } = this;
    switch (event.kind) {
      case 'begin': {
        this.write(`[${event.number}/${event.total}] ${event.cell}, seed ${event.seed}: ${event.what}`);
        return;
      }
      case 'training': {
        // Where each sheet and checkpoint lies is said by the run's own commands.
        if (event.event.kind === 'sheet' || event.event.kind === 'checkpoint') return;
        this.training ??= chooseReporter({ json: false, every: 1, stream, now });
        this.training.report(event.event);
        return;
      }
      case 'measuring': {
        this.closeTraining();
        this.measuring ??= new WorkProgress(process.stderr, false, now);
        showMeasuring(this.measuring, event.progress);
        return;
      }
      case 'end': {
        this.close();
        const line = endLine(event, secondsLeft);
        if (line !== null) this.write(line);
        return;
      }
    }
  }

  outcome(_: SweepOutcome, lines: readonly string[]): void {
    this.close();
    for (const line of lines) this.write(line);
  }

  close(): void {
    this.closeTraining();
    this.measuring?.close();
    this.measuring = null;
  }

  private closeTraining(): void {
    this.training?.close();
    this.training = null;
  }

  private write(line: string): void {
    this.stream.write(`${line}\n`);
  }
}
