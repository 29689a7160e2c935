import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Backend } from '@ganymede/core';
import {
  runOf,
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
 * Steps whose batch is divided over four devices are the steps of one device with the whole batch, to rounding: batch
 * statistics, penalties, moments and all. Each of the four has one image, so that nothing comes right by itself.
 */
let cacheFolder: string;
beforeAll(() => (cacheFolder = mkdtempSync(join(tmpdir(), 'several-devices-'))));
afterAll(() => rmSync(cacheFolder, { recursive: true }));

async function on<T>(devices: number, act: (backend: Backend) => Promise<T>): Promise<T> {
  const container = await createContainer();
  const backend = container.resolve('backend', { use: 'pjrt', cacheFolder, devices });
  try {
    return await act(backend);
  } finally {
    backend.dispose();
  }
}

/** With batch normalization and attention, and without; see engines.test.ts for why a draw may differ. */
test.each(['biggan', 'r3gan'])(
  '%s: most draws agree in everything to 1e-4',
  async (name) => {
    const model = stepModels[name]!;
    const [start, expected] = await on(1, async (backend): Promise<[Values, readonly Outcome[]]> => {
      const values = await startOf(backend, model);
      return [values, await stepsOf(backend, model, values, 4)];
    });
    const actual = await on(4, (backend) => stepsOf(backend, model, start, 4));
    const found = expected.map((outcome, draw) => [
      ...differingScalars(actual[draw]!, outcome, 1e-4),
      ...differingValues(actual[draw]!, outcome, start, 1e-4),
    ]);
    if (found.filter((one) => one.length === 0).length < 3) expect(found).toEqual(expected.map(() => []));
  },
  300_000,
);

/** Gentle enough that rounding stays rounding: with penalties and greater rates it grows tenfold every three steps. */
const gentle: Change = (recipe) => ({ ...recipe, learningRates: { generator: 1e-5, discriminator: 1e-5 } });

test('fifty steps have the same losses to 1e-4', async () => {
  const model = { ...stepModels.biggan!, penalties: [] };
  const one = await on(1, (backend) => runOf(backend, model, 50, gentle));
  const four = await on(4, (backend) => runOf(backend, model, 50, gentle));
  const differences = one.map((scalars, step) =>
    Math.max(
      ...Object.entries(scalars)
        .filter(([name]) => !name.endsWith('gradientNorm'))
        .map(([name, value]) => Math.abs(value - four[step]![name]!) / Math.max(1, Math.abs(value))),
    ),
  );
  expect(Math.max(...differences)).toBeLessThan(1e-4);
}, 300_000);
