import type { SourceClasses } from './weight-source.js';

/** Which class of the weights each class of the data is. */
export interface ClassMatch {
  /** Number of classes of the weights. */
  readonly sourceCount: number;
  /** For each class of the data the weights' class; null for one that is new to them. */
  readonly from: readonly (number | null)[];
  /** In words. */
  readonly note: string;
}

/**
 * By name where the weights know the names of their classes. Where they do not, as many classes are taken to be the same
 * ones in the same order, and any other number to be all new.
 */
export function matchClasses(source: SourceClasses, names: readonly string[]): ClassMatch {
  const { count } = source;
  if (source.names === null) {
    return count === names.length
      ? {
          sourceCount: count,
          from: names.map((_, i) => i),
          note: `the weights do not name their ${count} classes: they are taken to be the data's, in order`,
        }
      : {
          sourceCount: count,
          from: names.map(() => null),
          note: `the weights do not name their ${count} classes: the data's ${names.length} are all new`,
        };
  }
  const known = new Map(source.names.map((name, i) => [name, i]));
  const from = names.map((name) => known.get(name) ?? null);
  const kept = from.filter((index) => index !== null).length;
  return {
    sourceCount: count,
    from,
    note: `${kept} of the data's ${names.length} classes are among the ${count} of the weights, ${names.length - kept} are new`,
  };
}

/** Whether every class is where it was and none is new or gone. */
export function isSameClasses({ sourceCount, from }: ClassMatch): boolean {
  return sourceCount === from.length && from.every((index, i) => index === i);
}
