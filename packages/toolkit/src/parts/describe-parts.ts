import type { PartToken } from '@ganymede/core';
import type { PartChange } from './scope.js';

/** A part of every run, for people. */
export interface PartDescription {
  readonly name: string;
  readonly summary: string;
  /** Name of the plugin that makes it instead of the toolkit; null for the toolkit's own. */
  readonly replacedBy: string | null;
  /** Names of the plugins that put something around it, the outermost last. */
  readonly wrappedBy: readonly string[];
}

/** The parts of a run, and what plugins do to each. Of several that replace one the last is meant. */
export function describeParts(
  parts: readonly PartToken<unknown>[],
  changes: readonly PartChange[],
): readonly PartDescription[] {
  return parts.map(({ name, summary }) => ({
    name,
    summary,
    replacedBy:
      changes.findLast((change) => change.kind === 'replace' && change.definition.token.name === name)
        ?.plugin ?? null,
    wrappedBy: changes.flatMap((change) =>
      change.kind === 'wrap' && change.token.name === name ? [change.plugin] : [],
    ),
  }));
}
