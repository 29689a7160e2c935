/**
 * Trains one recipe of the lab into a folder.
 *
 * usage: node tools/collapse-lab/run.mjs <recipe> --out <folder> --init <folder of base> [--seed 0] [--steps 300]
 *   [--guard none|warn|stop|rollback] [--with <JSON: keys of the config, stabilizers to add>]; first: run.mjs base --out <folder of base>
 *
 * Build first: npm run build.
 */
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { documentOf, recipes } from './recipes.mjs';

const require = createRequire(new URL('../../packages/toolkit/package.json', import.meta.url));
const { resolveConfig, train } = require('@ganymede/toolkit');

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: 'string' },
    init: { type: 'string' },
    seed: { type: 'string', default: '0' },
    steps: { type: 'string' },
    guard: { type: 'string', default: 'none' },
    with: { type: 'string', default: '{}' },
  },
});
const [name] = positionals;
const isBase = name === 'base';
if ((!isBase && !recipes[name]) || flags.out === undefined || isBase !== (flags.init === undefined)) {
  console.error(`usage: run.mjs <${Object.keys(recipes).join('|')}> --out <folder> --init <folder of base>`);
  process.exit(2);
}
const document = documentOf(name, Number(flags.seed), flags.init ?? null);
const { stabilizers = [], ...changes } = JSON.parse(flags.with);
Object.assign(document, changes, { stabilizers: [...document.stabilizers, ...stabilizers] });
if (flags.steps !== undefined) document.steps = Number(flags.steps);
if (flags.guard !== 'none') document.stabilizers.push({ use: 'collapse-guard', action: flags.guard });
const { config } = await resolveConfig({ document });
let told = 0;
try {
  await train({
    config,
    runFolder: flags.out,
    resume: false,
    onEvent: (event) => {
      if (event.kind === 'note') console.log(event.text);
      if (event.kind === 'step' && event.step >= told) {
        told = event.step + 100;
        console.log(`step ${event.step}, ${event.imagesPerSecond.toFixed(0)} images/s`);
      }
    },
  });
} catch (error) {
  // A run that the guard stopped is a result.
  if (error.code !== 'RUN_STOPPED') throw error;
  console.log(error.message);
}
