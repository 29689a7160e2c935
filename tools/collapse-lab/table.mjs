/**
 * What the guard says of the lab's runs, and when their samples were lost by a measure that it does not read. The guard
 * reads nothing but events, so a run that was watched without it is judged from its log, as it would have been live.
 *
 * usage: node tools/collapse-lab/table.mjs <folder of runs named recipe-seed> [--json]
 */
import { createRequire } from 'node:module';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { FactorDiversity, tilesOfSheet } from './factor-diversity.mjs';
import { recipes } from './recipes.mjs';

const require = createRequire(new URL('../../packages/toolkit/package.json', import.meta.url));
const { CollapseGuard } = require('@ganymede/stabilizers');

const size = 32;
const perClass = 16;
/** Of the variety of real images: samples that had this much are worth losing. */
const worthLosing = 0.25;
/** Of the best so far: below it, until the end, they are lost. */
const lostShare = 0.5;

async function varietyBySheet(run, diversity) {
  const found = [];
  for (const name of readdirSync(join(run, 'samples')).sort()) {
    const variety = diversity.of(await tilesOfSheet(join(run, 'samples', name), size));
    found.push({ step: Number.parseInt(name, 10), variety });
  }
  return found;
}

/** The first step from which the variety stays low; null if it does not, 0 if there never was any. */
function lostAt(sheets) {
  let best = 0;
  let lost = null;
  for (const { step, variety } of sheets) {
    best = Math.max(best, variety);
    if (best < worthLosing || variety >= lostShare * best) lost = null;
    else lost ??= step;
  }
  return best < worthLosing ? 0 : lost;
}

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
    const { action } = await guard.observe({ step, scalars, readings, rollbacks: 0 });
    if (action.kind !== 'continue') alarms.push({ step, evidence: action.evidence });
  }
  return alarms;
}

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false } },
});
const [folder] = positionals;
const diversity = await FactorDiversity.create(size, perClass);
const rows = [];
for (const name of readdirSync(folder).sort()) {
  const run = join(folder, name);
  const [, recipe, seed] = /^(.*)-(\d+)$/.exec(name) ?? [];
  if (!recipes[recipe] || !existsSync(join(run, 'events.jsonl'))) continue;
  const events = readFileSync(join(run, 'events.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const sheets = await varietyBySheet(run, diversity);
  rows.push({
    recipe,
    seed: Number(seed),
    steps: Math.max(...events.map(({ step }) => step)),
    collapses: recipes[recipe].collapses,
    lost: lostAt(sheets),
    best: Math.max(...sheets.map(({ variety }) => variety)),
    last: sheets.at(-1)?.variety ?? 0,
    alarms: await alarmsOf(events),
    ...(flags.json && { sheets }),
  });
}
if (flags.json) console.log(JSON.stringify({ rows }, null, 2));
else {
  console.log('| recipe | seed | variety, best | at the end | samples lost | first alarm | evidence |');
  console.log('| --- | --- | --- | --- | --- | --- | --- |');
  for (const { recipe, seed, best, last, lost, alarms } of rows) {
    const [first] = alarms;
    const when = lost === null ? 'no' : lost === 0 ? 'never there' : `step ${lost}`;
    console.log(
      `| ${recipe} | ${seed} | ${best.toFixed(2)} | ${last.toFixed(2)} | ${when} | ${first ? `step ${first.step}` : 'none'} | ${first?.evidence.replace(/^step \d+: /, '') ?? ''} |`,
    );
  }
}
