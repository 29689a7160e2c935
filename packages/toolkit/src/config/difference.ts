import { isMapping } from './normalize.js';
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
