import { shown, type GuardSignal, type GuardView } from './guard-signal.js';

interface Look {
  readonly step: number;
  readonly nearest: number;
}

interface State {
  /** Step of the first of the looks in a row that were low; null where the last one was not. */
  readonly since: number | null;
  /** From the last one that is `dwell` steps old on. */
  readonly looks: readonly Look[];
}

/** Directions times distance to the most similar sample, both of the data's own: below it samples are copies of few pictures. */
const least = 0.16;
/** Samples of a young generator are pale: this many directions, */
const manyDirections = 0.5;
/** and distances that have grown by so much over the same steps, excuse them. */
const growing = 1.2;

/**
 * Samples are variations of few pictures, judged by the data alone and not by the run's past: what was never healthy has no
 * better past. Judged is the product of two shares of the data's variety: the directions in which samples of all classes
 * differ, which contrast does not raise, and the distance to the most similar sample of the class, which noise does not
 * lower. Either alone falls in healthy runs, too. It has to last, for a generator begins with samples that are alike.
 */
export class UnvariedSignal implements GuardSignal {
  private seen: State = { since: null, looks: [] };

  /** @param dwell - steps that it lasts before it is told */
  constructor(private readonly dwell: number) {}

  look({ step, probe }: GuardView): string | null {
    const { nearest, between, directions } = probe ?? {};
    if (nearest === undefined || directions === undefined) return null;
    if (!Number.isFinite(nearest) || !Number.isFinite(directions)) return null;
    const before = this.seen.looks.findLast((one) => one.step <= step - this.dwell);
    const isGrowing = before === undefined || nearest > growing * before.nearest;
    const isYoung = directions > manyDirections && isGrowing;
    const since = directions * nearest < least && !isYoung ? (this.seen.since ?? step) : null;
    const kept = this.seen.looks.filter((one) => one.step >= (before?.step ?? 0));
    this.seen = { since, looks: [...kept, { step, nearest }] };
    if (since === null || step - since < this.dwell) return null;
    const others =
      between === undefined ? '' : `, those of different classes ${shown(between)} times as far apart`;
    return `samples have been copies of few pictures since step ${since}: they differ in ${shown(directions)} times as many directions as real images, those of a class are ${shown(nearest)} times as far from the most similar one${others}`;
  }

  get state(): unknown {
    return structuredClone(this.seen);
  }

  restore(state: unknown): void {
    this.seen = structuredClone(state as State);
  }
}
