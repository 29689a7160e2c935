import { isMapping } from './mapping.js';
import type { ResolvedConfig } from './schema.js';

export interface Difference {
  /** Dotted path of the key. */
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** Keys in which two configs differ; lists are compared as a whole. */
export function configDifferences(before: ResolvedConfig, after: ResolvedConfig): readonly Difference[] {
  return differences(before, after, '');
}

function differences(before: unknown, after: unknown, path: string): Difference[] {
  if (isMapping(before) && isMapping(after)) {
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) =>
      differences(before[key], after[key], path === '' ? key : `${path}.${key}`),
    );
  }
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ path, before, after }];
}

/** Keys that say how long a run is, where it runs and what it keeps: nothing that changes what a step computes. */
const free = /^(name|steps|backend|checkpoint|sample|log|plugins)(\.|$)/;

/** Keys in which two configs differ that must be the same for one to go on with the run of the other. */
export function recipeDifferences(before: ResolvedConfig, after: ResolvedConfig): readonly Difference[] {
  return configDifferences(before, after).filter(({ path }) => !free.test(path));
}

/** The keys of a config that `recipeDifferences` looks at. */
export function recipeOf(config: ResolvedConfig): Partial<ResolvedConfig> {
  return Object.fromEntries(Object.entries(config).filter(([key]) => !free.test(key)));
}
