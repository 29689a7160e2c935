import { shown, type GuardSignal, type GuardView } from './guard-signal.js';

interface State {
  readonly best: number;
  readonly low: number;
}

/** Below this share of the best so far, and of the data's own variety, samples of a class are too alike. */
const shareOfBest = 0.5;
const shareOfData = 0.5;
/** Looks in a row. */
const patience = 2;

/** Samples of one class become alike: the distance between them, or to the most similar one, falls and stays low. */
export class VarietySignal implements GuardSignal {
  private seen: State = { best: 0, low: 0 };

  look({ probe }: GuardView): string | null {
    const measured = [probe?.spread, probe?.nearest].filter((one) => one !== undefined);
    if (measured.length === 0 || !measured.every(Number.isFinite)) return null;
    const variety = Math.min(...measured);
    const { best } = this.seen;
    const isLow = variety < shareOfData && variety < shareOfBest * best;
    this.seen = { best: Math.max(best, Math.min(1, variety)), low: isLow ? this.seen.low + 1 : 0 };
    if (this.seen.low < patience) return null;
    return `samples of a class are ${shown(variety)} times as different from each other as real images, ${shown(best)} at best before`;
  }

  get state(): unknown {
    return { ...this.seen };
  }

  restore(state: unknown): void {
    this.seen = { ...(state as State) };
  }
}
