/**
 * Trains one recipe of the lab into a folder.
 *
 * usage: node tools/collapse-lab/run.mjs <recipe> --out <folder> --init <folder of base> [--seed 0] [--steps 300]
 *   [--guard none|warn|stop|rollback] [--with <JSON: keys of the config, stabilizers to add>]; first: run.mjs base --out <folder of base>
 *
 * Build first: npm run build.
 */
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { writeRunWithLongRow } from './long-row.mjs';
import { base, documentOf, recipes } from './recipes.mjs';
import { writeShapeFolder } from './shape-folder.mjs';

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
    images: { type: 'string' },
    with: { type: 'string', default: '{}' },
  },
});
const [name = ''] = positionals;
const recipe = name === 'base' ? base : recipes[name];
const isWrong = recipe && !recipe.fromScratch === (flags.init === undefined);
if (!recipe || isWrong || flags.out === undefined) {
  console.error(`usage: run.mjs <${Object.keys(recipes).join('|')}> --out <folder> --init <folder of base>`);
  process.exit(2);
}
if (recipe.ownImages && flags.images === undefined) {
  console.error(`${name}: needs --images <folder or tar of images>`);
  process.exit(2);
}
let init = flags.init ?? null;
if (recipe.longRow) {
  init = resolve(dirname(flags.out), `../base-${name}`);
  await writeRunWithLongRow(flags.init ?? '', init, recipe.longRow);
}
const document = documentOf(name, Number(flags.seed), init);
const { stabilizers = [], ...changes } = JSON.parse(flags.with);
Object.assign(document, changes, { stabilizers: [...document.stabilizers, ...stabilizers] });
if (recipe.ownImages) document.data = { use: 'auto', path: resolve(flags.images ?? '') };
if (recipe.counts) {
  const path = resolve(dirname(flags.out), `../data-${name}`);
  const { resolution } = /** @type {{ resolution?: import('@ganymede/core').Resolution }} */ (document);
  await writeShapeFolder(path, recipe.counts, resolution);
  document.data = { use: 'auto', path };
}
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
  if (!(error instanceof Error && 'code' in error && error.code === 'RUN_STOPPED')) throw error;
  console.log(error.message);
}
