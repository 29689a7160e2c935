import type { Components, PartDefinition, PartScope, WorkersSpec } from '@ganymede/core';
import { changedConfig, type AppliedChange } from '../training/recipe-change.js';
import type { ResolvedConfig } from '@ganymede/config';
import { chosenParts, lastingParts } from './chosen.js';
import { dataParts } from './data.js';
import { engineParts, lastingEngineParts } from './engine.js';
import { networkParts } from './networks.js';
import { runParts } from './run-parts.js';
import { trainingParts } from './training.js';

/** The parts of a session that runs make by themselves; the composition root adds those of the packages above. */
export const sessionParts: readonly PartDefinition[] = [
  ...engineParts,
  ...dataParts,
  ...networkParts,
  ...chosenParts,
  ...trainingParts,
];

export interface OpenPartsOptions {
  readonly components: Components;
  /** As it was written: the rollbacks are applied here. */
  readonly config: ResolvedConfig;
  readonly cacheFolder: string;
  readonly changes?: readonly AppliedChange[];
  readonly tell?: (text: string) => void;
  /** The run that the session belongs to; none where only a session is wanted. */
  readonly run?: PartScope;
  /** Processes that train together, this one among them. */
  readonly workers?: WorkersSpec | undefined;
}

const lasting = new Set(lastingEngineParts.map(({ token }) => token.name));

/** What stays while sessions come and go: one lasts from the start, or a rollback, to the next rollback. */
export function openRunParts(
  options: Pick<OpenPartsOptions, 'components' | 'config' | 'cacheFolder' | 'workers'>,
): PartScope {
  const scope = options.components.openScope([...lastingParts, ...lastingEngineParts]);
  scope.provide(runParts.settings, { ...options, changes: [], tell: () => undefined });
  return scope;
}

/**
 * The parts of a session, none of them made yet: each comes when it is first asked for. The caller disposes of the scope.
 * @throws UNKNOWN_COMPONENT, BAD_OPTION where a rollback asked for what there is not
 */
export function openParts({
  components,
  config,
  cacheFolder,
  changes = [],
  tell = () => undefined,
  run,
  workers,
}: OpenPartsOptions): PartScope {
  const changed = changedConfig(config, changes, components);
  const all = components.sessionParts;
  const scope = run
    ? run.child(all.filter(({ token }) => !lasting.has(token.name)))
    : components.openScope(all);
  scope.provide(runParts.settings, { components, config: changed, changes, cacheFolder, tell, workers });
  return scope;
}
