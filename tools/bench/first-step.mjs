/**
 * Seconds from typing `ganymede train` to the end of the first step, by preset: with an empty cache of compiled programs, and again
 * by a second process from the cache that the first one filled. Prints a row as soon as it is measured.
 *
 *     node tools/bench/first-step.mjs [--presets biggan-128,r3gan-small] [--backend pjrt|tensorflow] [--precision float32|bfloat16] [--batch 2]
 *
 * The images are drawn shapes of ten classes at the preset's resolution, and the batch is small: compiling hardly depends on it, the
 * step itself does. Build first, and run nothing beside it.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { trainSteps } from './training.mjs';

const { values: flags } = parseArgs({
  options: {
    presets: {
      type: 'string',
      default:
        'quickstart,cifar10,sngan-32,sngan-128,sagan-128,biggan-64,biggan-128,biggan-256,biggan-deep-128,r3gan-small,r3gan-cifar10,r3gan-ffhq64',
    },
    backend: { type: 'string', default: 'pjrt' },
    precision: { type: 'string', default: 'float32' },
    batch: { type: 'string', default: '2' },
  },
});
const folder = mkdtempSync(join(tmpdir(), 'ganymede-first-step-'));
let runs = 0;

/** @param {string} preset @param {string} cache folder of compiled programs @returns {Promise<number>} seconds to the end of step 1 */
async function firstStep(preset, cache) {
  const words = ['--preset', preset, '--steps', '1', '--run', join(folder, String(runs++))];
  const small = ['--batch-size', flags.batch, '--set', 'accumulation=1', '--set', 'discriminatorSteps=1'];
  const data = [
    '--set',
    'data={"use":"shapes","count":200}',
    '--set',
    'heldOut=0',
    '--set',
    'stabilizers=[]',
  ];
  const engine = ['--precision', flags.precision, '--set', `backend.use=${flags.backend}`];
  const kept = flags.backend === 'pjrt' ? ['--set', `backend.cacheFolder=${cache}`] : [];
  const { start, ends } = await trainSteps([...words, ...small, ...data, ...engine, ...kept]);
  return ((ends[0] ?? NaN) - start) / 1000;
}

/** @param {string} path @returns {number} */
const megabytes = (path) =>
  readdirSync(path).reduce((sum, name) => sum + statSync(join(path, name)).size, 0) / 1e6;

try {
  console.log('preset            cold     cached   programs');
  for (const preset of flags.presets.split(',')) {
    const cache = join(folder, `cache-${preset}`);
    mkdirSync(cache);
    const cold = await firstStep(preset, cache);
    const cached = await firstStep(preset, cache);
    const row = [`${cold.toFixed(1)} s`, `${cached.toFixed(1)} s`, `${megabytes(cache).toFixed(1)} MB`];
    console.log([preset.padEnd(17), ...row.map((cell) => cell.padEnd(8))].join(' '));
    for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true, force: true });
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
