/**
 * Times the measurement of the three largest singular values of every weight matrix of G and D, with the networks of a
 * preset, and checks it against a full SVD of the matrices that `--check` allows. Prints one JSON object.
 *
 * usage: node tools/bench/spectrum.mjs [--preset cifar10] [--classes 10] [--runs 3] [--tolerance 1e-3] [--basis 24]
 *                                      [--check 0]
 *
 * `--check n`: matrices of at most n entries are compared with a full SVD on the host. Build first: npm run build.
 */
import { createRequire } from 'node:module';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';

const { values: flags } = parseArgs({
  options: {
    preset: { type: 'string', default: 'cifar10' },
    classes: { type: 'string', default: '10' },
    runs: { type: 'string', default: '3' },
    tolerance: { type: 'string', default: '1e-3' },
    basis: { type: 'string', default: '24' },
    check: { type: 'string', default: '0' },
  },
});

const require = createRequire(new URL('../../packages/toolkit/package.json', import.meta.url));
const { RandomStream, sidesOf, weightsOf } = require('@ganymede/core');
const { PartialSvd } = require('@ganymede/ops');
const { createContainer, resolveConfig } = require('@ganymede/toolkit');
const { Matrix, SVD } = createRequire(require.resolve('@ganymede/ops/package.json'))('ml-matrix');

const { config } = await resolveConfig({ preset: flags.preset, document: { data: { use: 'shapes' } } });
const container = await createContainer();
const backend = container.resolve('backend', { use: 'tensorflow' });
await backend.activate();
const spec = {
  imageShape: { ...sidesOf(config.resolution), channels: 3 },
  classes: Number(flags.classes),
  random: RandomStream.create(0, 'weights'),
};

/** @type {Record<string, unknown>} */
const report = { preset: flags.preset, tolerance: Number(flags.tolerance), basis: Number(flags.basis) };
const networks = {
  generator: container.resolve('generator', config.generator),
  discriminator: container.resolve('discriminator', config.discriminator),
};
for (const [network, factory] of Object.entries(networks)) {
  const weights = Object.fromEntries(
    Object.entries(weightsOf(factory.create(spec))).filter(([, { shape }]) => shape.length > 1),
  );
  const svd = new PartialSvd(backend, weights, RandomStream.create(0, 'spectrum'), {
    tolerance: Number(flags.tolerance),
    basis: Number(flags.basis),
  });
  const start = performance.now();
  let found = await svd.compute();
  const first = performance.now() - start;
  const times = [];
  for (let run = 0; run < Number(flags.runs); run++) {
    const begin = performance.now();
    found = await svd.compute();
    times.push(performance.now() - begin);
  }
  /** @type {number | null} */
  let largestError = null;
  for (const [name, variable] of Object.entries(weights)) {
    if (variable.size > Number(flags.check)) continue;
    const columns = variable.shape.at(-1) ?? 1;
    const matrix = Matrix.from1DArray(variable.size / columns, columns, Array.from(await variable.data()));
    const exact = new SVD(matrix, {
      autoTranspose: true,
      computeLeftSingularVectors: false,
      computeRightSingularVectors: false,
    }).diagonal;
    for (const [i, value] of found[name]?.values.entries() ?? [])
      largestError = Math.max(largestError ?? 0, Math.abs(value - (exact[i] ?? 0)) / (exact[0] ?? NaN));
  }
  report[network] = {
    matrices: Object.keys(weights).length,
    entries: Object.values(weights).reduce((sum, { size }) => sum + size, 0),
    firstSeconds: first / 1000,
    seconds: times.map((one) => one / 1000),
    converged: Object.values(found).filter(({ converged }) => converged).length,
    largestResidual: Math.max(...Object.values(found).map(({ error }) => error)),
    largestError,
  };
  svd.dispose();
}
console.log(JSON.stringify(report, null, 2));
