/**
 * What the guard says of the lab's runs, and when their samples were lost by a measure that it does not read. The guard
 * reads nothing but events, so a run that was watched without it is judged from its log, as it would have been live.
 *
 * usage: node tools/collapse-lab/table.mjs <folder of runs named recipe-seed> [--json]
 */
import { parseArgs } from 'node:util';
import { FactorDiversity } from './factor-diversity.mjs';
import { alarmsOf, eventsOf } from './replay.mjs';
import { lostAt, runsIn, sheetsOfClass, varietyBySheet } from './runs.mjs';

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false } },
});
const [folder] = positionals;
if (!folder) {
  console.error('usage: table.mjs <folder of runs named recipe-seed> [--json]');
  process.exit(2);
}
const diversity = await FactorDiversity.create();
const rows = [];
for (const { run, recipe, seed, known } of runsIn(folder)) {
  const all = await varietyBySheet(run, known, diversity);
  // A class that is lost hardly shows in the average over all.
  const sheets = known.brokenClass ? sheetsOfClass(all, known.brokenClass) : all;
  const { kind = 'rising rates', isChosen = null, collapses } = known;
  rows.push({
    recipe,
    seed,
    kind: collapses ? kind : 'healthy',
    isChosen,
    collapses,
    steps: Math.max(...eventsOf(run).map(({ step }) => step)),
    // Photos have no such measure.
    lost: sheets.length === 0 ? null : lostAt(sheets),
    best: Math.max(...sheets.map(({ variety }) => variety)),
    last: sheets.at(-1)?.variety ?? null,
    alarms: await alarmsOf(run),
    ...(flags.json && { sheets: sheets.map(({ step, variety }) => ({ step, variety })) }),
  });
}
if (flags.json) console.log(JSON.stringify({ rows }, null, 2));
else {
  console.log(
    '| recipe | factors | seed | measure, best | at the end | samples lost | first alarm | before | signals | evidence |',
  );
  console.log(`|${' --- |'.repeat(10)}`);
  for (const { recipe, isChosen, seed, best, last, lost, alarms, collapses } of rows) {
    const [first] = alarms;
    const when = lost === null ? 'no' : lost > 0 ? `step ${lost}` : collapses ? 'never there' : 'young';
    const cells = [
      recipe,
      isChosen === null ? '' : isChosen ? 'chosen on it' : 'held out',
      seed,
      last === null ? '' : best.toFixed(2),
      last === null ? '' : last.toFixed(2),
      when,
      first ? `step ${first.step}` : 'none',
      first && lost !== null && lost > 0 ? `${lost - first.step} steps` : '',
      first?.signals.join(', ') ?? '',
      first?.evidence.replace(/^step \d+: /, '') ?? '',
    ];
    console.log(`| ${cells.join(' | ')} |`);
  }
  const collapsed = rows.filter(({ collapses }) => collapses);
  const announced = collapsed.filter(
    ({ lost, alarms: [first] }) => first && (lost === null || lost === 0 || first.step < lost),
  );
  const healthy = rows.filter(({ collapses }) => !collapses);
  const flagged = healthy.filter(({ alarms }) => alarms.length > 0);
  console.log(
    `\n${announced.length} of ${collapsed.length} collapses announced, before the samples were lost where there were any; ${flagged.length} of ${healthy.length} healthy runs flagged`,
  );
}
