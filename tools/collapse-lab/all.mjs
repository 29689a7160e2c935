/**
 * Trains the recipes of the lab over seeds, some at a time, each in a process of its own, and prints the table. A run that
 * is finished in the folder is kept, so that the command can be given again after an interruption.
 *
 * The run that all go on from is `<folder>/base-0`, the others are in `<folder>/<guard>`, named recipe-seed.
 *
 * usage: node tools/collapse-lab/all.mjs --out <folder> [--recipes a,b] [--seeds 0,1,2] [--guard none|warn|stop|rollback] [--jobs 2]
 *
 * Build first: npm run build.
 */
import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { recipes } from './recipes.mjs';

const here = (/** @type {string} */ name) => fileURLToPath(new URL(name, import.meta.url));
const { values: flags } = parseArgs({
  options: {
    out: { type: 'string' },
    recipes: { type: 'string', default: Object.keys(recipes).join() },
    seeds: { type: 'string', default: '0,1,2' },
    guard: { type: 'string', default: 'warn' },
    jobs: { type: 'string', default: '2' },
  },
});
const names = flags.recipes.split(',');
const unknown = names.filter((name) => !recipes[name]);
if (flags.out === undefined || unknown.length > 0) {
  if (unknown.length > 0) console.error(`recipes: expected some of ${Object.keys(recipes)}, got ${unknown}`);
  console.error('usage: all.mjs --out <folder> [--recipes a,b] [--seeds 0,1] [--guard warn] [--jobs 2]');
  process.exit(2);
}

/**
 * Runs a script of the lab, its output in a file.
 * @param {string} name
 * @param {readonly string[]} args
 * @param {string} log - path of the file
 * @returns {Promise<number | null>} - its exit status
 */
function script(name, args, log) {
  const output = openSync(log, 'w');
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [here(name), ...args], { stdio: ['ignore', output, output] });
    child.on('error', reject);
    child.on('exit', (status) => {
      closeSync(output);
      resolve(status);
    });
  });
}

/** @type {string[]} */
const failed = [];
const runs = join(flags.out, flags.guard);
mkdirSync(runs, { recursive: true });
const base = join(flags.out, 'base-0');
if (!existsSync(`${base}.done`)) await run(base, 'base', '0', []);
const waiting = flags.seeds.split(',').flatMap((seed) => names.map((recipe) => ({ recipe, seed })));

/** @param {string} folder @param {string} recipe @param {string} seed @param {readonly string[]} more */
async function run(folder, recipe, seed, more) {
  rmSync(folder, { recursive: true, force: true });
  const args = [recipe, '--seed', seed, '--out', folder, ...more];
  const begun = performance.now();
  const status = await script('run.mjs', args, `${folder}.log`);
  if (status !== 0) failed.push(`${folder}.log`);
  else writeFileSync(`${folder}.done`, '');
  console.error(`${folder}: ${((performance.now() - begun) / 1000).toFixed(0)} s`);
}

async function work() {
  for (let one = waiting.shift(); one; one = waiting.shift()) {
    const { recipe, seed } = one;
    const folder = join(runs, `${recipe}-${seed}`);
    if (!existsSync(`${folder}.done`))
      await run(folder, recipe, seed, [
        ...(recipes[recipe]?.fromScratch ? [] : ['--init', base]),
        '--guard',
        flags.guard,
      ]);
  }
}

await Promise.all(Array.from({ length: Number(flags.jobs) }, work));
if (failed.length > 0) {
  console.error(`runs failed, see ${failed.join(', ')}`);
  process.exit(1);
}
await new Promise((resolve) => {
  spawn(process.execPath, [here(flags.guard === 'rollback' ? 'recovery.mjs' : 'table.mjs'), runs], {
    stdio: 'inherit',
  }).on('exit', resolve);
});
