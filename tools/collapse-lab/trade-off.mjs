/**
 * The trade-off of BigGAN's section 4 at the lab's scale: the recipe `rates`, whose samples are lost when the learning rates
 * rise, over gamma of R1 on D and over the ratio of G's clamp. What is measured: how far samples are from the data before the
 * rates rise, and the step at which they are lost after it.
 *
 * usage: node tools/collapse-lab/trade-off.mjs --out <folder of all.mjs> [--seeds 0,1] [--jobs 2] --figure <file.svg>
 *
 * The runs without either are `<folder>/warn/rates-<seed>`, which all.mjs makes, as `<folder>/base-0`.
 */
import { createRequire } from 'node:module';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { FactorDiversity } from './factor-diversity.mjs';
import { recipes } from './recipes.mjs';
import { lostAt, varietyBySheet } from './runs.mjs';

const require = createRequire(new URL('../../packages/toolkit/package.json', import.meta.url));
const { svgPlot } = require('@ganymede/toolkit');

/** Sheets of these steps are before the rates rise. */
const before = { from: 25, to: 75 };

/** @type {Readonly<Record<string, { value: number, changes: object }[]>>} */
const sweeps = {
  'gamma of R1': [0.1, 1, 10].map((gamma) => ({
    value: gamma,
    changes: { regularizers: [{ use: 'r1', gamma, interval: 4 }] },
  })),
  "ratio of G's clamp": [2, 1.5, 1.1].map((ratio) => ({
    value: ratio,
    changes: { stabilizers: [{ use: 'clamp', ratio, interval: 1 }] },
  })),
};

const { values: flags } = parseArgs({
  options: {
    out: { type: 'string' },
    seeds: { type: 'string', default: '0,1' },
    jobs: { type: 'string', default: '2' },
    figure: { type: 'string' },
  },
});
const { out } = flags;
if (out === undefined) {
  console.error(
    'usage: trade-off.mjs --out <folder of all.mjs> [--seeds 0,1] [--jobs 2] --figure <file.svg>',
  );
  process.exit(2);
}
const seeds = flags.seeds.split(',');
const folder = join(out, 'trade-off');
const base = join(out, 'base-0');
mkdirSync(folder, { recursive: true });

/** @param {string} name @param {number} value @param {string} seed */
const runOf = (name, value, seed) => join(folder, `${name.replace(/\W+/g, '-')}-${value}-${seed}`);

/** @param {string} run @param {string} seed @param {object} changes @returns {Promise<void>} */
function train(run, seed, changes) {
  rmSync(run, { recursive: true, force: true });
  const script = fileURLToPath(new URL('run.mjs', import.meta.url));
  const args = [script, 'rates', '--seed', seed, '--out', run, '--init', base];
  const output = openSync(`${run}.log`, 'w');
  return new Promise((resolve) => {
    spawn(process.execPath, [...args, '--with', JSON.stringify(changes)], {
      stdio: ['ignore', output, output],
    }).on('exit', (status) => {
      if (status === 0) writeFileSync(`${run}.done`, '');
      else console.error(`${run}.log: ended with ${status}`);
      resolve();
    });
  });
}

const waiting = seeds.flatMap((seed) =>
  Object.entries(sweeps).flatMap(([name, settings]) =>
    settings.map(({ value, changes }) => ({ run: runOf(name, value, seed), seed, changes })),
  ),
);
async function work() {
  for (let one = waiting.shift(); one; one = waiting.shift())
    if (!existsSync(`${one.run}.done`)) await train(one.run, one.seed, one.changes);
}
await Promise.all(Array.from({ length: Number(flags.jobs) }, work));

const diversity = await FactorDiversity.create();
/** @param {string} run */
async function measured(run) {
  const { rates } = recipes;
  if (!rates) throw new Error('recipes: expected one named rates, got none');
  const sheets = await varietyBySheet(run, rates, diversity);
  const early = sheets.filter(({ step }) => step >= before.from && step <= before.to);
  const distance = early.reduce((sum, { rows }) => sum + diversity.distanceOf(rows), 0) / early.length;
  return { distance, lost: lostAt(sheets) ?? sheets.at(-1)?.step ?? NaN };
}

const panels = [];
for (const [name, settings] of Object.entries(sweeps)) {
  /** @type {{ place: number, label: string, seed: string, distance: number, lost: number }[]} */
  const points = [];
  for (const [place, { value }] of [{ value: null }, ...settings].entries())
    for (const seed of seeds) {
      const run = value === null ? join(out, 'warn', `rates-${seed}`) : runOf(name, value, seed);
      points.push({ place, label: value === null ? 'none' : String(value), seed, ...(await measured(run)) });
    }
  for (const { label, seed, distance, lost } of points)
    console.log(`${name} ${label}, seed ${seed}: distance ${distance.toFixed(3)}, lost at step ${lost}`);
  const series = (/** @type {'distance' | 'lost'} */ key) =>
    seeds.map((seed) => ({
      name: `seed ${seed}`,
      points: points
        .filter((one) => one.seed === seed)
        .map((one) => ({ x: one.place, y: one[key], label: one.label })),
    }));
  panels.push(
    {
      title: `distance to the data: ${name}`,
      xLabel: `${name}, in order: see the labels`,
      yLabel: 'distance, 1: real images',
      series: series('distance'),
    },
    {
      title: `samples lost: ${name}`,
      xLabel: `${name}, in order: see the labels`,
      yLabel: 'step; 300: not lost',
      series: series('lost'),
    },
  );
}
if (flags.figure !== undefined) writeFileSync(flags.figure, svgPlot(panels));
