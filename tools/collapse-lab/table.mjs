/**
 * What the guard says of the lab's runs, and when their samples were lost by a measure that it does not read. The guard
 * reads nothing but events, so a run that was watched without it is judged from its log, as it would have been live.
 *
 * usage: node tools/collapse-lab/table.mjs <folder of runs named recipe-seed> [--json]
 */
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { FactorDiversity } from './factor-diversity.mjs';
import { eventsOf, lostAt, runsIn, varietyBySheet } from './runs.mjs';

const require = createRequire(new URL('../../packages/toolkit/package.json', import.meta.url));
const { CollapseGuard } = require('@ganymede/stabilizers');

/** Every alarm of a guard that sees these events. */
async function alarmsOf(events) {
  const guard = new CollapseGuard();
  const byStep = new Map();
  for (const event of events) {
    const { step, ...rest } = event;
    byStep.set(step, { ...byStep.get(step), ...rest });
  }
  const number = (value) =>
    typeof value === 'string' && /^(NaN|-?Infinity)$/.test(value) ? Number(value) : value;
  const alarms = [];
  for (const [step, all] of [...byStep].sort(([a], [b]) => a - b)) {
    const scalars = Object.fromEntries(
      Object.entries(all)
        .filter(([name]) => /^(D|G|Dreg|Greg)\./.test(name))
        .map(([name, value]) => [name, number(value)]),
    );
    const readings = JSON.parse(JSON.stringify({ spectrum: all.spectrum, probe: all.probe }), (_, value) =>
      number(value),
    );
    const { action } = await guard.observe({ step, scalars, readings, evaluation: null, rollbacks: 0 });
    if (action.kind !== 'continue') alarms.push({ step, evidence: action.evidence });
  }
  return alarms;
}

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false } },
});
const [folder] = positionals;
const diversity = await FactorDiversity.create();
const rows = [];
for (const { run, recipe, seed, collapses } of runsIn(folder)) {
  const events = eventsOf(run);
  const sheets = await varietyBySheet(run, diversity);
  rows.push({
    recipe,
    seed,
    steps: Math.max(...events.map(({ step }) => step)),
    collapses,
    lost: lostAt(sheets),
    best: Math.max(...sheets.map(({ variety }) => variety)),
    last: sheets.at(-1)?.variety ?? 0,
    alarms: await alarmsOf(events),
    ...(flags.json && { sheets: sheets.map(({ step, variety }) => ({ step, variety })) }),
  });
}
if (flags.json) console.log(JSON.stringify({ rows }, null, 2));
else {
  console.log(
    '| recipe | seed | variety, best | at the end | samples lost | first alarm | before | evidence |',
  );
  console.log('| --- | --- | --- | --- | --- | --- | --- | --- |');
  for (const { recipe, seed, best, last, lost, alarms } of rows) {
    const [first] = alarms;
    const when = lost === null ? 'no' : lost === 0 ? 'never there' : `step ${lost}`;
    const before = first && lost ? `${lost - first.step} steps` : '';
    const evidence = first?.evidence.replace(/^step \d+: /, '') ?? '';
    console.log(
      `| ${recipe} | ${seed} | ${best.toFixed(2)} | ${last.toFixed(2)} | ${when} | ${first ? `step ${first.step}` : 'none'} | ${before} | ${evidence} |`,
    );
  }
  const collapsed = rows.filter(({ lost }) => lost !== null);
  const announced = collapsed.filter(({ lost, alarms }) => alarms[0]?.step < lost);
  const kept = rows.filter(({ lost }) => lost === null);
  const flagged = kept.filter(({ alarms }) => alarms.length > 0);
  console.log(
    `\n${announced.length} of ${collapsed.length} collapses announced before the samples were lost, ${flagged.length} of ${kept.length} other runs flagged`,
  );
}
