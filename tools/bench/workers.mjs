/**
 * Images a second of one run by number of processes, in turns:
 *
 *     node tools/bench/workers.mjs --data cifar10-jpeg-train.tar [--rounds 2] [--steps 6] [--ch 64] [--batch-size 50] [--kinds ...]
 *
 * `1x2` is one process with two threads, `2x1` two with one each, `2x1-bf16` those with gradients that travel as bfloat16, `2x1-apart` two
 * runs of half the batch that know nothing of each other: what is left of `2x1` beside it is what talking costs. `pjrt-2` is one process whose
 * batch is divided over two devices of PJRT. Build first, and run nothing beside it.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { trainSteps } from './training.mjs';

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    rounds: { type: 'string', default: '2' },
    steps: { type: 'string', default: '6' },
    ch: { type: 'string', default: '64' },
    'batch-size': { type: 'string', default: '50' },
    kinds: { type: 'string', default: '1x2,2x1,2x1-bf16,2x1-apart' },
  },
});
if (values.data === undefined) throw new Error('--data: expected the images, got none');
const folder = mkdtempSync(join(tmpdir(), 'ganymede-workers-bench-'));
let runs = 0;

/** Steps before the first one that counts: they are compiled, and fill caches. */
const warmUp = 2;

/** @param {readonly string[]} flags @param {string} [backend] @returns {Promise<number>} steps a second after the warm-up */
async function train(flags, backend = 'tensorflow') {
  const words = ['--preset', 'cifar10', '--data', /** @type {string} */ (values.data)];
  const kept = ['--set', 'checkpoint.every=100000', '--set', 'sample.every=100000'];
  const sizes = ['--steps', values.steps, '--ch', values.ch, '--precision', 'bfloat16'];
  const run = ['--run', join(folder, String(runs++)), '--backend', backend, '--set', 'stabilizers=[]'];
  const { ends } = await trainSteps([...words, ...kept, ...sizes, ...run, ...flags]);
  const [first = 0, last = 0] = [ends[warmUp - 1], ends.at(-1)];
  return ((ends.length - warmUp) * 1000) / (last - first);
}

const batch = Number(values['batch-size']);
/** Real images of a generator step: the preset has four discriminator steps. */
const imagesPerStep = batch * 4;
const whole = ['--batch-size', String(batch)];
const half = ['--batch-size', String(batch / 2), '--threads', '1'];
const bf16 = ['--set', 'gradientExchange=bfloat16'];

/** @type {Record<string, () => Promise<number>>} */
const kinds = {
  '1x1': async () => imagesPerStep * (await train([...whole, '--threads', '1'])),
  '1x2': async () => imagesPerStep * (await train([...whole, '--threads', '2'])),
  '2x1': async () => imagesPerStep * (await train([...whole, '--workers', '2', '--threads', '1'])),
  '2x1-bf16': async () =>
    imagesPerStep * (await train([...whole, '--workers', '2', '--threads', '1', ...bf16])),
  '2x1-apart': async () => {
    const rates = await Promise.all([train(half), train(half)]);
    return (imagesPerStep / 2) * rates.reduce((a, b) => a + b, 0);
  },
  ...Object.fromEntries(
    [1, 2, 4].map((count) => [
      `pjrt-${count}`,
      async () => imagesPerStep * (await train([...whole, '--devices', String(count)], 'pjrt')),
    ]),
  ),
  '4x1': async () => imagesPerStep * (await train([...whole, '--workers', '4', '--threads', '1'])),
};

try {
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const kind of values.kinds.split(',')) {
      const measure = kinds[kind];
      if (!measure) throw new Error(`--kinds: expected of ${Object.keys(kinds).join(', ')}, got ${kind}`);
      console.log(`round ${round + 1}  ${kind.padEnd(10)}${(await measure()).toFixed(1)} images/s`);
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
