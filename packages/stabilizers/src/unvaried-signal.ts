import { shown, type GuardSignal, type GuardView } from './guard-signal.js';

interface State {
  /** Step of the first of the looks in a row that were low; null where the last one was not. */
  readonly since: number | null;
  /** Steps of looks, and what was seen at them, from the last `dwell` steps on. */
  readonly looks: readonly { readonly step: number; readonly distance: number }[];
}

/** Of the data's own directions: samples of all classes are variations of one picture. */
const fewDirections = 0.3;
/** Of the data's own distances, within and between classes: samples hardly differ at all, */
const shortDistance = 0.25;
/** unless they have come to differ so many times more over the same steps, as those of a young generator do. */
const growing = 1.2;

/**
 * Samples are one picture, judged by the data alone and not by the run's past: what was never healthy has no better past.
 * Either samples of all classes together differ in far fewer directions than real images, however large the contrast; or
 * the distances between them, within and between classes, are a small share of the data's and do not grow. It has to last, for a
 * generator begins with samples that are alike.
 */
export class UnvariedSignal implements GuardSignal {
  private seen: State = { since: null, looks: [] };

  /** @param dwell - steps that it lasts before it is told */
  constructor(private readonly dwell: number) {}

  look({ step, probe }: GuardView): string | null {
    const { spread, between, directions } = probe ?? {};
    if (spread === undefined || directions === undefined) return null;
    const distance = Math.max(spread, between ?? 0);
    if (!Number.isFinite(distance) || !Number.isFinite(directions)) return null;
    const looks = [...this.seen.looks, { step, distance }];
    const before = looks.findLast((one) => one.step <= step - this.dwell);
    const isGrowing = before === undefined || distance > growing * before.distance;
    const isLow = directions < fewDirections || (distance < shortDistance && !isGrowing);
    const since = isLow ? (this.seen.since ?? step) : null;
    this.seen = { since, looks: looks.filter((one) => one.step >= (before?.step ?? 0)) };
    if (since === null || step - since < this.dwell) return null;
    const others = between === undefined ? '' : `, those of different classes ${shown(between)} times`;
    return `samples have been all but one picture since step ${since}: they differ in ${shown(directions)} times as many directions as real images, those of a class are ${shown(spread)} times as far apart${others}`;
  }

  get state(): unknown {
    return structuredClone(this.seen);
  }

  restore(state: unknown): void {
    this.seen = structuredClone(state as State);
  }
}
