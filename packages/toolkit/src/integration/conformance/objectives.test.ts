import type { Backend } from '@ganymede/core';
import type { NamedObjective } from '@ganymede/trainer';
import {
  startOf,
  stepModels,
  stepsOf,
  type Change,
  type Outcome,
  type Values,
} from '../../../testing/engine-steps.js';
import { differingScalars, differingValues } from '../../../testing/step-differences.js';
import { createContainer } from '../../container.js';

/*
 * A step with every objective of the toolkit at once means the same on every engine: their terms, and what becomes of
 * weights, heads and memories. Draws in which a ReLU's input is zero to rounding may differ (see engines.test.ts).
 */
const draws = 4;
const model = { ...stepModels['sngan']!, penalties: [] };

let container: Awaited<ReturnType<typeof createContainer>>;
let expected: Awaited<ReturnType<typeof stepsOf>>;
let start: Awaited<ReturnType<typeof startOf>>;
const backends = new Map<string, Backend>();
/** A process has one backend of a name. */
const open = (choice: { readonly use: string; readonly [option: string]: unknown }): Backend => {
  const backend = backends.get(choice.use) ?? container.resolve('backend', choice);
  backends.set(choice.use, backend);
  return backend;
};

/** It looks at maps, which `model` does not show. */
const ofMaps = 'reconstruction';

/** Made anew for each engine, since they keep variables. */
const made = (ids: readonly string[]): readonly NamedObjective[] =>
  ids.map((id) => ({ name: id, objective: container.resolve('objective', { use: id }) }));

const everything = (): Change => {
  const objectives = made(container.ids('objective').filter((id) => id !== ofMaps));
  return (recipe) => ({
    ...recipe,
    prior: container.resolve('prior', { use: 'uniform' }),
    classCounts: [30, 10],
    objectives,
  });
};

beforeAll(async () => {
  container = await createContainer();
  const tensorflow = open({ use: 'tensorflow', threads: 2 });
  start = await startOf(tensorflow, model, everything());
  expected = await stepsOf(tensorflow, model, start, draws, { change: everything() });
}, 300_000);
afterAll(() => {
  for (const backend of backends.values()) backend.dispose();
});

test('every objective is among them, and most report terms', () => {
  const reporting = new Set(
    Object.keys(expected[0]!.scalars).flatMap((name) =>
      name.split('.').length === 3 ? [name.split('.')[1]] : [],
    ),
  );
  // Those that change what goes into a step report nothing.
  const silent = new Set(['class-frequencies', 'top-k', ofMaps]);
  expect([...reporting].sort()).toEqual(
    container
      .ids('objective')
      .filter((id) => !silent.has(id))
      .sort(),
  );
});

const engines = [
  ['pjrt', { use: 'pjrt', cacheFolder: null }],
  ['wasm', { use: 'wasm', threads: 1 }],
] as const;

function expectMostToAgree(actual: readonly Outcome[], expected: readonly Outcome[], start: Values): void {
  const found = expected.map((outcome, draw) => [
    ...differingScalars(actual[draw]!, outcome, 1e-4),
    ...differingValues(actual[draw]!, outcome, start, 1e-4),
  ]);
  const agreeing = found.filter((one) => one.length === 0);
  if (agreeing.length < 2) expect(found).toEqual(expected.map(() => []));
}

test.each(engines)(
  '%s: most draws agree in everything to 1e-4',
  async (_, choice) => {
    const actual = await stepsOf(open(choice), model, start, draws, { change: everything() });
    expectMostToAgree(actual, expected, start);
  },
  300_000,
);

describe('what looks at maps, with R1 out of the same pass', () => {
  const withMaps = stepModels['fastgan']!;
  const change = (): Change => (recipe) => ({ ...recipe, objectives: made([ofMaps]) });
  let ofTensorflow: readonly Outcome[];
  let from: Values;
  beforeAll(async () => {
    const tensorflow = open({ use: 'tensorflow' });
    from = await startOf(tensorflow, withMaps, change());
    ofTensorflow = await stepsOf(tensorflow, withMaps, from, draws, { change: change() });
  }, 300_000);

  test('reports a term for each map', () => {
    const terms = Object.keys(ofTensorflow[0]!.scalars).filter((name) => name.startsWith(`D.${ofMaps}.`));
    expect(terms.sort()).toEqual(['last', 'middle', 'small'].map((map) => `D.${ofMaps}.${map}`));
  });

  test.each(engines)(
    '%s: most draws agree in everything to 1e-4',
    async (_, choice) => {
      const actual = await stepsOf(open(choice), withMaps, from, draws, { change: change() });
      expectMostToAgree(actual, ofTensorflow, from);
    },
    300_000,
  );
});
