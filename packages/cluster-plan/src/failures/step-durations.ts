import type { RandomStream } from '@ganymede/core';
import { slowestOf } from './slowest.js';

/** What a step's time is made of. */
export interface StepModel {
  readonly workers: number;
  /** Of the median process. */
  readonly computeSeconds: number;
  /** Standard deviation of the logarithm of a process's time for it. */
  readonly jitter: number;
  /** What comes on top for all of them: the exchange. */
  readonly otherSeconds: number;
  /** No step is shorter: images come no faster. */
  readonly leastSeconds: number;
}

/** Different steps that are drawn; a longer run goes through them again. */
const drawn = 1 << 16;

/** Seconds of the steps of a run, one after the other, each as long as its slowest process; any number of them at once. */
export class StepDurations {
  /** Of the steps before each. */
  private readonly before = new Float64Array(drawn + 1);

  constructor(
    { workers, computeSeconds, jitter, otherSeconds, leastSeconds }: StepModel,
    random: RandomStream,
  ) {
    for (let i = 0; i < drawn; i++) {
      // 0, which would be infinitely fast, comes as the least number that is not.
      const u = Math.max(random.nextUniform(), 2 ** -54);
      const slowest = jitter === 0 ? 1 : slowestOf(workers, jitter, u);
      const seconds = Math.max(computeSeconds * slowest + otherSeconds, leastSeconds);
      this.before[i + 1] = this.before[i]! + seconds;
    }
  }

  get mean(): number {
    return this.before[drawn]! / drawn;
  }

  /** Of `count` steps from step `first` on. */
  seconds(first: number, count: number): number {
    return this.until(first + count) - this.until(first);
  }

  private until(step: number): number {
    return Math.floor(step / drawn) * this.before[drawn]! + this.before[step % drawn]!;
  }
}
