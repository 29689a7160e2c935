/**
 * Kills the built `ganymede` with SIGKILL at random moments and looks whether anything was lost or is in the way.
 *
 * After every kill: a run's finished checkpoints are whole and all there, its events are readable. Then the same
 * command is typed again, to its end after every kill (evaluation, import, export) or until it is killed again
 * (training, checkpoint, sweep). Its result has to be, bit by bit, that of a command that was never killed, and no
 * temporary may be left.
 *
 * usage: node tools/kill-lab/run.mjs --out <folder> [--seed 0] [--kills training=25,checkpoint=20,...]
 *
 * Build first: npm run build. Prints the table of docs/checkpoints.md.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { kinds, prepare, recipe } from './kinds.mjs';
import { temporariesIn } from './leftovers.mjs';

const require = createRequire(new URL('../../packages/toolkit/package.json', import.meta.url));
const { RandomStream } = require('@ganymede/core');

const { values: flags } = parseArgs({
  options: {
    out: { type: 'string' },
    seed: { type: 'string', default: '0' },
    kills: {
      type: 'string',
      default: 'training=25,checkpoint=20,evaluation=14,import=13,export=13,sweep=15',
    },
  },
});
/** @type {Record<string, string>} */
const wanted = Object.fromEntries(flags.kills.split(',').map((text) => text.split('=')));
const unknown = Object.keys(wanted).filter((name) => !kinds.some((kind) => kind.name === name));
if (flags.out === undefined || unknown.length > 0) {
  if (unknown.length > 0)
    console.error(`--kills: expected some of ${kinds.map(({ name }) => name)}, got ${unknown}`);
  console.error('usage: run.mjs --out <folder> [--seed 0] [--kills training=25,...]');
  process.exit(2);
}
const folder = resolve(flags.out);
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'recipe.json'), JSON.stringify(recipe));
await prepare(folder);

/** @typedef {[name: string, what: string, kills: number, halves: number, wrong: number, leftovers: number]} Row */

/**
 * @param {import('./kinds.mjs').Kind} kind
 * @param {number} count - of kills
 * @returns {Promise<Row>}
 */
async function row(kind, count) {
  const random = RandomStream.create(Number(flags.seed), `kill-lab/${kind.name}`);
  const { seconds, result } = await kind.undisturbed(folder);
  /** @type {{ kills: number, halves: number, wrong: string[], leftovers: string[] }} */
  const found = { kills: 0, halves: 0, wrong: [], leftovers: [] };
  const compare = (/** @type {string} */ got, /** @type {string} */ when) => {
    if (got !== result) found.wrong.push(`${when}: the result differs`);
  };
  const look = (/** @type {string} */ when) =>
    found.leftovers.push(...temporariesIn(folder).map((path) => `${when}: ${path}`));
  while (found.kills < count) {
    const longest = kind.writing?.milliseconds ?? seconds * 1000;
    const milliseconds = random.nextInteger(Math.max(1, Math.round(longest)));
    const ended = await kind.attempt(folder, { milliseconds, writing: kind.writing?.run ?? null });
    const when = `${kind.name}, kill ${found.kills + 1}`;
    if (!ended.killed) {
      if (ended.code !== 0) {
        found.wrong.push(`${when}: exit code ${ended.code}: ${ended.stdout}${ended.stderr}`);
        break;
      }
      look(when);
      compare(await kind.finished(folder), when);
      continue;
    }
    found.kills++;
    if (temporariesIn(folder).length > 0) found.halves++;
    const wrong = await kind.wrongAfterKill(folder, ended);
    if (wrong !== null) found.wrong.push(`${when}: ${wrong}`);
    if (kind.everyTime || found.kills === count) {
      compare(await kind.next(folder), when);
      look(when);
    }
    console.error(`${when} after ${ended.seconds.toFixed(1)} s of ${seconds.toFixed(1)}`);
  }
  for (const text of [...found.wrong, ...found.leftovers]) console.error(text);
  return [kind.name, kind.what, found.kills, found.halves, found.wrong.length, found.leftovers.length];
}

/** @type {Row[]} */
const rows = [];
for (const kind of kinds) if (wanted[kind.name]) rows.push(await row(kind, Number(wanted[kind.name])));
rmSync(folder, { recursive: true });
const sum = (/** @type {2 | 3 | 4 | 5} */ column) => rows.reduce((total, cells) => total + cells[column], 0);
/** The columns of numbers. */
const numbers = /** @type {const} */ ([2, 3, 4, 5]);
const heads = ['command', 'what', 'kills', 'left something half', 'lost or differs', 'in the way afterwards'];
for (const cells of [heads, heads.map(() => '---'), ...rows, ['all', '', ...numbers.map(sum)]])
  console.log(`| ${cells.join(' | ')} |`);
if (sum(4) + sum(5) > 0) process.exitCode = 1;
