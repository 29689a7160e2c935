import type { ImageVariety } from './image-variety.js';
import { round } from './round.js';

/** How varied samples are, relative to real images of the same classes: 1 is as varied as the data. */
export interface RelativeVariety {
  /** Distance between samples of a class, over all classes. */
  readonly spread?: number;
  /** The same of each sample to the most similar one of its class. */
  readonly nearest?: number;
  /** Distance between samples of different classes. */
  readonly between?: number;
  /** Directions in which samples of all classes differ. */
  readonly directions?: number;
  /** The same of each class that is looked at. */
  readonly byClass?: readonly ClassVariety[];
}

export interface ClassVariety {
  readonly class: string;
  readonly spread?: number;
  readonly nearest?: number;
  readonly directions?: number;
}

/** Half a grey level of 256 in [-1, 1]: real images that differ by less are the same, and nothing is relative to that. */
const noDistance = 1 / 255;

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** An object of those entries that have a value. */
function defined<T extends object>(entries: { readonly [K in keyof T]: T[K] | null }): T {
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== null)) as T;
}

/**
 * What samples have of the data's variety. A number is left out where the real images that are looked at do not differ:
 * of a class that is one image many times, there is nothing to lose.
 * @param classes - names, in the order of the measurements
 */
export function relativeVariety(
  made: ImageVariety,
  data: ImageVariety,
  classes: readonly string[],
): RelativeVariety {
  const ratio = (one: number, of: number): number | null => (of > noDistance ? round(one / of) : null);
  const isVaried = mean(data.within) > noDistance;
  return defined<RelativeVariety>({
    spread: ratio(mean(made.within), mean(data.within)),
    nearest: ratio(mean(made.nearest), mean(data.nearest)),
    between: made.between === null || data.between === null ? null : ratio(made.between, data.between),
    directions: isVaried && data.directions > 0 ? round(made.directions / data.directions) : null,
    byClass: classes.map((name, i) => ({
      class: name,
      ...defined<Omit<ClassVariety, 'class'>>({
        spread: ratio(made.within[i]!, data.within[i]!),
        nearest: ratio(made.nearest[i]!, data.nearest[i]!),
        directions:
          data.within[i]! > noDistance ? round(made.directionsWithin[i]! / data.directionsWithin[i]!) : null,
      }),
    })),
  });
}
