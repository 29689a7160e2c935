/**
 * How runs ended that the guard rolled back, beside the healthy runs of the same seeds at the same step: the mean variety of
 * the last sheets, by the measure that the guard does not read.
 *
 * usage: node tools/collapse-lab/recovery.mjs <folder of runs> [--healthy <folder of healthy runs>] [--json]
 *
 * The healthy runs are those of `../warn` unless another folder is given.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { FactorDiversity } from './factor-diversity.mjs';
import { eventsOf } from './replay.mjs';
import { runsIn, varietyBySheet } from './runs.mjs';

/** Steps up to the last one whose sheets are averaged: single ones vary by a fifth. */
const last = 75;

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { healthy: { type: 'string' }, json: { type: 'boolean', default: false } },
});
const [folder] = positionals;
if (!folder) {
  console.error('usage: recovery.mjs <folder of runs> [--healthy <folder of healthy runs>] [--json]');
  process.exit(2);
}
const diversity = await FactorDiversity.create();

/** @param {string} run @param {import('./recipes.mjs').Recipe} known */
async function atTheEnd(run, known) {
  const step = Math.max(...eventsOf(run).map((event) => event.step));
  // Those of steps that were given up may lie behind the end.
  const sheets = (await varietyBySheet(run, known, diversity, step - last)).filter((one) => one.step <= step);
  const variety = sheets.reduce((sum, one) => sum + one.variety, 0) / sheets.length;
  return { step, variety };
}

const healthy = [];
for (const { run, recipe, seed, known } of runsIn(flags.healthy ?? join(folder, '../warn')))
  if (!known.collapses && !known.kind) healthy.push({ recipe, seed, ...(await atTheEnd(run, known)) });
const least = Math.min(...healthy.map(({ variety }) => variety));
const mean = healthy.reduce((sum, { variety }) => sum + variety, 0) / healthy.length;

const rows = [];
for (const { run, recipe, seed, known } of runsIn(folder)) {
  const events = eventsOf(run);
  const rollbacks = events.flatMap(({ rollback }) => rollback ?? []);
  const stopped = events.some(({ stabilizer }) => stabilizer === 'stop');
  rows.push({ recipe, seed, rollbacks, stopped, ...(await atTheEnd(run, known)) });
}
if (flags.json) console.log(JSON.stringify({ healthy, rows }, null, 2));
else {
  console.log(`healthy runs at the end: ${mean.toFixed(2)} on average, ${least.toFixed(2)} at least\n`);
  console.log('| recipe | seed | rolled back | last step | variety at the end | as a healthy run |');
  console.log('| --- | --- | --- | --- | --- | --- |');
  for (const { recipe, seed, rollbacks, stopped, step, variety } of rows) {
    const moves = rollbacks.map(({ from, to }) => `${from} to ${to}`).join(', ') || 'never';
    const good = stopped ? 'no, it ended early' : variety >= least ? 'yes' : 'no';
    console.log(
      `| ${recipe} | ${seed} | ${moves} | ${step}${stopped ? ', stopped' : ''} | ${variety.toFixed(2)} | ${good} |`,
    );
  }
}
