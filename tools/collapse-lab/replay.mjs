/**
 * What the collapse guard says of runs that were watched without it: it reads nothing but events, so that it can be asked
 * afterwards, with other factors too, as it would have been live.
 *
 * usage: node tools/collapse-lab/replay.mjs <folder of a run> ... [--window 100] [--json]
 *
 * Build first: npm run build.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const require = createRequire(new URL('../../packages/toolkit/package.json', import.meta.url));
const { sidesOf } = require('@ganymede/core');
const { CollapseGuard } = require('@ganymede/stabilizers');
const { createContainer } = require('@ganymede/toolkit');

const read = (/** @type {string} */ run, /** @type {string} */ name) => readFileSync(join(run, name), 'utf8');

/** @param {string} run @returns {Record<string, any>[]} - as the log has them, and so of any type */
export const eventsOf = (run) =>
  read(run, 'events.jsonl')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

/** What JSON lacks is text in the log. */
const number = (/** @type {unknown} */ value) =>
  typeof value === 'string' && /^(NaN|-?Infinity)$/.test(value) ? Number(value) : value;

/** @typedef {{ step: number, signals: string[], evidence: string }} Alarm the signals that told it, and their words */

/**
 * Every alarm of a guard that sees the events of a run.
 * @param {string} run - its folder
 * @param {Partial<ConstructorParameters<typeof CollapseGuard>[0]>} [options]
 * @returns {Promise<Alarm[]>}
 */
export async function alarmsOf(run, options = {}) {
  const config = JSON.parse(read(run, 'config.json'));
  const container = await createContainer({ config, plugins: [] });
  const loss = container.resolve('loss', config.loss);
  const { resolution, channels } = config;
  const imageShape = { ...sidesOf(resolution), channels };
  const guard = new CollapseGuard(options);
  const byStep = new Map();
  for (const { step, ...rest } of eventsOf(run)) byStep.set(step, { ...byStep.get(step), ...rest });
  /** @type {Alarm[]} */
  const alarms = [];
  for (const [step, all] of [...byStep].sort(([a], [b]) => a - b)) {
    const scalars = Object.fromEntries(
      Object.entries(all)
        .filter(([name]) => /^(D|G|Dreg|Greg)\./.test(name))

        .map(([name, value]) => [name, /** @type {number} */ (number(value))]),
    );
    const readings = JSON.parse(JSON.stringify({ spectrum: all.spectrum, probe: all.probe }), (_, value) =>
      number(value),
    );
    const { action, event } = await guard.observe({
      step,
      scalars,
      readings,
      evaluation: null,
      rollbacks: 0,
      loss,
      generator: { imageShape },
    });
    if (action.kind === 'continue') continue;
    const { signals } = /** @type {{ signals: string[] }} */ (event?.collapse);
    alarms.push({ step, signals, evidence: action.evidence });
  }
  return alarms;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values: flags, positionals } = parseArgs({
    allowPositionals: true,
    options: { window: { type: 'string', default: '100' }, json: { type: 'boolean', default: false } },
  });
  const found = [];
  for (const run of positionals)
    found.push({ run, alarms: await alarmsOf(run, { window: Number(flags.window) }) });
  if (flags.json) console.log(JSON.stringify(found, null, 2));
  else
    for (const { run, alarms } of found) {
      console.log(`${run}: ${alarms.length === 0 ? 'nothing' : ''}`);
      for (const { signals, evidence } of alarms) console.log(`  [${signals}] ${evidence}`);
    }
}
