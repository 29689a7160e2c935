import { shown, type GuardSignal, type GuardView } from './guard-signal.js';
import { upperMedian } from '@ganymede/core';

type Measure = 'spread' | 'nearest';

/** Of the variety that most classes have of their own data's. */
const share = 0.5;
/** Most classes have at least this much, so that there is something that one of them has lost. */
const enough = 0.4;
/** Looks in a row. */
const patience = 2;
/** Fewer classes have no middle. */
const leastClasses = 3;

const measures: Readonly<Record<Measure, string>> = {
  spread: 'as far apart',
  nearest: 'as far from the most similar one',
};

/**
 * One class alone has lost its variety: relative to its own real images its samples are far less varied than those of the
 * middle class at the same look. An average over classes hides it. A class whose data are one image has nothing to lose and is
 * not judged.
 */
export class LostClassSignal implements GuardSignal {
  /** Looks in a row, by class. */
  private counts: ReadonlyMap<string, number> = new Map();

  look({ probe }: GuardView): string | null {
    if (!probe?.byClass) return null;
    const found = new Map<string, string>();
    for (const [measure, words] of Object.entries(measures) as [Measure, string][]) {
      const values = probe.byClass.flatMap((one) => {
        const value = one[measure];
        return value === undefined || !Number.isFinite(value) ? [] : [{ name: one.class, value }];
      });
      if (values.length < leastClasses) continue;
      const middle = upperMedian(values.map(({ value }) => value));
      if (middle < enough) continue;
      for (const { name, value } of values)
        if (value < share * middle)
          found.set(
            name,
            `${shown(value)} times ${words} as its real images, the middle class ${shown(middle)} times`,
          );
    }
    this.counts = new Map([...found.keys()].map((name) => [name, (this.counts.get(name) ?? 0) + 1]));
    const lost = [...found].filter(([name]) => this.counts.get(name)! >= patience);
    if (lost.length === 0) return null;
    const others = lost.length > 1 ? ` (and ${lost.length - 1} more classes)` : '';
    const [name, text] = lost[0]!;
    return `class ${name} has lost its variety: its samples are ${text}${others}`;
  }

  get state(): unknown {
    return [...this.counts];
  }

  restore(state: unknown): void {
    this.counts = new Map(state as readonly (readonly [string, number])[]);
  }
}
