import {
  definePart,
  type Components,
  type PartDefinition,
  type PartFactory,
  type PartToken,
  type StepReader,
} from '@ganymede/core';
import type { ResolvedConfig } from '@ganymede/config';
import { runParts } from './run-parts.js';

/** A part that is nothing but the component that the config chooses. */
function chosen<T>(
  token: PartToken<T>,
  choose: (components: Components, config: ResolvedConfig) => T,
  dispose?: PartFactory<T>['dispose'],
): PartDefinition<T> {
  return definePart(token, {
    create: async (parts) => {
      const { components, config } = await parts.get(runParts.settings);
      return choose(components, config);
    },
    ...(dispose && { dispose }),
  });
}

/** Frees what a part of the objective remembers and computes with. */
function forget({ state = {}, scheduled = [] }: Pick<StepReader, 'state' | 'scheduled'>): void {
  for (const one of [...Object.values(state), ...scheduled]) one.dispose();
}

/** They go with the session: a rollback may choose others. */
export const chosenParts = [
  chosen(runParts.loss, (components, { loss }) => components.resolve('loss', loss)),
  chosen(runParts.prior, (components, { prior }) => components.resolve('prior', prior)),
  chosen(
    runParts.regularizers,
    (components, { regularizers }) => regularizers.map((one) => components.resolve('regularizer', one)),
    (regularizers) => regularizers.forEach(forget),
  ),
  chosen(runParts.objectives, (components, { objectives }) =>
    objectives.map((one) => ({ name: one.use, objective: components.resolve('objective', one) })),
  ),
  chosen(
    runParts.augmentation,
    (components, { augmentation }) =>
      augmentation ? components.resolve('augmentation', augmentation) : null,
    (augmentation) => forget(augmentation ?? {}),
  ),
  chosen(runParts.generatorOptimizer, (components, { generatorOptimizer }) =>
    components.resolve('optimizer', generatorOptimizer),
  ),
  chosen(runParts.discriminatorOptimizer, (components, { discriminatorOptimizer }) =>
    components.resolve('optimizer', discriminatorOptimizer),
  ),
  chosen(runParts.schedule, (components, { schedule }) => components.resolve('schedule', schedule)),
  chosen(
    runParts.stabilizers,
    (components, { stabilizers }) => stabilizers.map((one) => components.resolve('stabilizer', one)),
    (stabilizers) => {
      for (const stabilizer of stabilizers) stabilizer.dispose?.();
    },
  ),
];

/** They stay for the whole run: what they were told is not taken back. */
export const lastingParts = [
  chosen(
    runParts.reporters,
    (components, { reporters }) => reporters.map((one) => components.resolve('reporter', one)),
    async (reporters) => {
      for (const reporter of reporters) await reporter.close();
    },
  ),
];
