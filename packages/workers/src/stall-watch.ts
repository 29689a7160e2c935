import { upperMedian, type Clock } from '@ganymede/core';
import { workerStalled, workerStuck } from './errors.js';

export interface StallWatchOptions {
  readonly clock: Clock;
  /** No shorter than this is a stall. */
  readonly leastSeconds?: number;
  /** Nor is what takes less than so many steps. */
  readonly steps?: number;
  /** Until the first step is done, which is compiled, and while the leader works between two steps. */
  readonly startSeconds?: number;
}

/** What counts as a stall of a run, unless a watch is told otherwise. */
export const stallRule = { leastSeconds: 60, steps: 10 } as const;

/** Of the newest steps, whose median is looked at. */
const kept = 101;

/**
 * Notices that nothing goes on any more: an operation whose other side is stuck waits for ever, and nothing but time tells. The
 * limit is the larger of `leastSeconds` and `steps` times the median step.
 */
export class StallWatch {
  /** Rejects when nothing went on for too long. */
  readonly stalled: Promise<never>;
  private readonly clock: Clock;
  private readonly options: Required<Omit<StallWatchOptions, 'clock'>>;
  private readonly timer: NodeJS.Timeout;
  private readonly durations: number[] = [];
  private last: number;
  private lastStep: number | null = null;
  private step = 0;
  /** Operations under way that wait for others. */
  private waiting = 0;
  private patient = 0;

  constructor({ clock, startSeconds = 600, ...rule }: StallWatchOptions) {
    this.clock = clock;
    this.options = { ...stallRule, ...rule, startSeconds };
    this.last = clock.monotonic();
    let fail: (error: Error) => void;
    this.stalled = new Promise<never>((_, reject) => (fail = reject));
    // Nobody may be waiting for it any more.
    this.stalled.catch(() => undefined);
    this.timer = setInterval(() => {
      const seconds = (this.clock.monotonic() - this.last) / 1000;
      const limit = this.limitSeconds;
      if (seconds <= limit) return;
      const error = this.waiting > 0 ? workerStalled : workerStuck;
      fail(error(this.step, Math.round(seconds), Math.round(limit)));
    }, 500);
    this.timer.unref();
  }

  get limitSeconds(): number {
    const { leastSeconds, steps, startSeconds } = this.options;
    if (this.durations.length === 0) return startSeconds;
    const least = this.patient > 0 ? startSeconds : leastSeconds;
    return Math.max(least, (steps * upperMedian(this.durations)) / 1000);
  }

  /**
   * Work in which this process waits for the others; all have met when it is done.
   * @param isPatient - for what the leader does between steps, which may keep its thread for long
   */
  async amongOthers<T>(work: () => Promise<T>, isPatient = false): Promise<T> {
    this.waiting++;
    if (isPatient) this.patient++;
    try {
      return await work();
    } finally {
      this.waiting--;
      if (isPatient) this.patient--;
      this.last = this.clock.monotonic();
    }
  }

  /** Work between two steps in which all of them may be long from one meeting to the next. */
  async patiently<T>(work: () => Promise<T>): Promise<T> {
    this.patient++;
    try {
      return await work();
    } finally {
      this.patient--;
      this.last = this.clock.monotonic();
    }
  }

  stepDone(step: number): void {
    this.last = this.clock.monotonic();
    // The first one is compiled, and has nothing before it.
    if (this.lastStep !== null) this.durations.push(this.last - this.lastStep);
    if (this.durations.length > kept) this.durations.shift();
    this.lastStep = this.last;
    this.step = step;
  }

  /** What comes between two steps is no part of a step. */
  rest(): void {
    this.last = this.clock.monotonic();
    this.lastStep = this.last;
  }

  stop(): void {
    clearInterval(this.timer);
  }
}
