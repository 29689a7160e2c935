import type {
  ComponentReference,
  RecipeChange,
  OptionProblem,
  ComponentChoice,
  Components,
} from '@ganymede/core';
import { type ResolvedConfig, badOptions } from '@ganymede/config';

/** A rollback that was done: kept with every later checkpoint, so that a resumed run has the changed recipe too. */
export interface AppliedChange {
  /** The step that the run was at, and the one that it went back to. */
  readonly from: number;
  readonly to: number;
  readonly evidence: string;
  readonly change: RecipeChange;
}

/**
 * A run's config after its rollbacks. Learning rates are not in it: their factors are the trainer's.
 * @throws UNKNOWN_COMPONENT, BAD_OPTION where a stabilizer asked for what there is not
 */
export function changedConfig(
  config: ResolvedConfig,
  changes: readonly AppliedChange[],
  container: Components,
): ResolvedConfig {
  const added = (
    slot: 'regularizer' | 'stabilizer',
    present: readonly ComponentChoice[],
    wanted: readonly ComponentReference[],
  ): ComponentChoice[] => {
    const all = [...present];
    for (const choice of wanted) {
      if (all.some(({ use }) => use === choice.use)) continue;
      const { options, problems } = container.check(slot, choice);
      if (options === null) throw badOptions(problems as readonly OptionProblem[]);
      all.push({ use: choice.use, ...options });
    }
    return all;
  };
  const all = changes.map(({ change }) => change);
  return {
    ...config,
    regularizers: added(
      'regularizer',
      config.regularizers,
      all.flatMap(({ regularizers }) => regularizers ?? []),
    ),
    stabilizers: added(
      'stabilizer',
      config.stabilizers,
      all.flatMap(({ stabilizers }) => stabilizers ?? []),
    ),
  };
}

/** How often the run's random streams were begun anew. */
export function randomnessOf(changes: readonly AppliedChange[]): number {
  return changes.filter(({ change }) => change.newRandomness).length;
}
