import {
  GanymedeError,
  type NamedVariables,
  type NetworkName,
  type ObjectiveInstance,
  type ObjectiveNeed,
  type StepReader,
} from '@ganymede/core';
import type { NamedObjective, TrainingRecipe } from './recipe.js';

/** An objective made for a run. */
export interface OpenObjective {
  readonly name: string;
  readonly instance: ObjectiveInstance;
}

/**
 * Makes the objectives of a recipe, before anything is trained.
 * @throws OBJECTIVE_NAMED_TWICE, OBJECTIVE_NAMES_CLASH, OBJECTIVES_CLASH, OBJECTIVE_NEEDS_FEATURES, OBJECTIVE_NEEDS_MAPS, and whatever an objective throws
 */
export function openObjectives(recipe: TrainingRecipe): readonly OpenObjective[] {
  const { generator, discriminator, batchSize, classCounts = null, objectives = [], prior, random } = recipe;
  expectNamedOnce(objectives);
  const open = objectives.map(({ name, objective }) => ({
    name,
    instance: objective.create({
      generator,
      discriminator,
      batchSize,
      classCounts,
      prior,
      random: random.get(`objective/${name}`),
    }),
  }));
  for (const one of open) expectVariablesNamedOnce(one);
  const labelled = open.filter(({ instance }) => instance.labels !== undefined);
  if (labelled.length > 1) {
    const names = labelled.map(({ name }) => name).join(' and ');
    throw new GanymedeError(
      'OBJECTIVES_CLASH',
      `objectives: expected one at most that draws labels, got ${names}`,
      { kind: 'usage', hint: 'Leave one of them out.' },
    );
  }
  for (const { name, instance } of open) {
    if (!instance.needs?.includes('features') || discriminator.features) continue;
    throw new GanymedeError(
      'OBJECTIVE_NEEDS_FEATURES',
      `objective ${name}: expected a discriminator that shows its features, got one that does not`,
      { kind: 'usage', hint: 'Take another discriminator: all built-in ones show their features.' },
    );
  }
  for (const { name, instance } of open) {
    if (!instance.needs?.includes('maps') || discriminator.features?.maps) continue;
    throw new GanymedeError(
      'OBJECTIVE_NEEDS_MAPS',
      `objective ${name}: expected a discriminator that shows its maps, got one that does not`,
      { kind: 'usage', hint: 'Take `discriminator: fastgan`, which shows its maps.' },
    );
  }
  return open;
}

function expectNamedOnce(objectives: readonly NamedObjective[]): void {
  const names = objectives.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice === undefined) return;
  throw new GanymedeError(
    'OBJECTIVE_NAMED_TWICE',
    `objectives: expected each name once, got ${twice} twice`,
    { kind: 'usage', hint: 'Its numbers and its memory go by its name. Leave one of the two out.' },
  );
}

/** A checkpoint keeps them by name: of two of one name it would keep one. */
function expectVariablesNamedOnce({ name, instance: { weights, state } }: OpenObjective): void {
  const names = [weights?.generator, weights?.discriminator, state].flatMap((kept) =>
    Object.keys(kept ?? {}),
  );
  const twice = names.find((one, i) => names.indexOf(one) < i);
  if (twice === undefined) return;
  throw new GanymedeError(
    'OBJECTIVE_NAMES_CLASH',
    `objective ${name}: expected each variable under a name of its own, got two called ${twice}`,
    { kind: 'failed', hint: 'Rename one of the two in the objective.' },
  );
}

/** What objectives train with a network, as `<objective>.<name>`. */
export function trainedBeside(open: readonly OpenObjective[], network: NetworkName): NamedVariables {
  return prefixed(open, ({ weights }) => weights?.[network]);
}

/** What objectives keep from step to step, trained or not, as `<objective>.<name>`. */
export function keptBy(open: readonly OpenObjective[]): NamedVariables {
  return prefixed(open, ({ weights, state }) => ({
    ...weights?.generator,
    ...weights?.discriminator,
    ...state,
  }));
}

function prefixed(
  open: readonly OpenObjective[],
  variablesOf: (instance: ObjectiveInstance) => NamedVariables | undefined,
): NamedVariables {
  return Object.fromEntries(
    open.flatMap(({ name, instance }) =>
      Object.entries(variablesOf(instance) ?? {}).map(([key, variable]) => [`${name}.${key}`, variable]),
    ),
  );
}

export function instancesOf(open: readonly OpenObjective[]): readonly ObjectiveInstance[] {
  return open.map(({ instance }) => instance);
}

/** What a step must have for its loss and for all that read it. */
export function needsOf(readers: readonly StepReader[], lossNeedsReal = false): ReadonlySet<ObjectiveNeed> {
  const asked = readers.flatMap(({ needs }) => needs ?? []);
  return new Set(lossNeedsReal ? [...asked, 'realForGenerator'] : asked);
}
