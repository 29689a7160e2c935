import { shown, type GuardSignal, type GuardView } from './guard-signal.js';
import { upperMedian } from '@ganymede/core';

interface State {
  readonly norms: number[];
  readonly low: number;
}

/** Below this share of its usual norm G's gradient is gone, */
const share = 0.1;
/** for so many steps in a row. */
const patience = 5;

/** G's gradient is all but zero for some steps on end: D is flat where the samples are, and G learns nothing any more. */
export class VanishedGradientSignal implements GuardSignal {
  private seen: State = { norms: [], low: 0 };

  /** @param count - steps whose median norm is the usual one */
  constructor(private readonly count: number) {}

  look({ scalars }: GuardView): string | null {
    const norm = scalars['G.gradientNorm'];
    if (norm === undefined || !Number.isFinite(norm)) return null;
    const { norms, low } = this.seen;
    const usual = norms.length < this.count ? 0 : upperMedian(norms);
    const isLow = norm < share * usual;
    this.seen = { norms: [...norms, norm].slice(-this.count), low: isLow ? low + 1 : 0 };
    if (this.seen.low < patience) return null;
    return `G's gradient is gone: its norm was ${shown(norm)}, below ${shown(share * usual)} for ${this.seen.low} steps`;
  }

  get state(): unknown {
    return structuredClone(this.seen);
  }

  restore(state: unknown): void {
    this.seen = structuredClone(state as State);
  }
}
