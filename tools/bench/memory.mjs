/**
 * What a long run holds: tensors, resident memory, V8's heap and array buffers after a collection, and open files, at
 * every `--look` steps of a run that samples, writes checkpoints and is evaluated in between; then after each of
 * `--rounds` rounds of sampling and evaluating the run in the same process. Prints a table, or one JSON object.
 *
 * usage: node tools/bench/memory.mjs [--backend tensorflow|wasm] [--steps 2000] [--look 100] [--rounds 10]
 *                                    [--channels 8] [--batch 8] [--sample 50] [--evaluate 100] [--checkpoint 250]
 *                                    [--threads 1] [--json]
 *
 * Build first: npm run build.
 */
import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const { values: flags } = parseArgs({
  options: {
    backend: { type: 'string', default: 'tensorflow' },
    steps: { type: 'string', default: '2000' },
    look: { type: 'string', default: '100' },
    rounds: { type: 'string', default: '10' },
    channels: { type: 'string', default: '8' },
    batch: { type: 'string', default: '8' },
    sample: { type: 'string', default: '50' },
    evaluate: { type: 'string', default: '100' },
    checkpoint: { type: 'string', default: '250' },
    threads: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
/** @param {Exclude<keyof typeof flags, 'backend' | 'json'>} name */
const number = (name) => Number(flags[name]);
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

const folder = await mkdtemp(join(tmpdir(), 'ganymede-memory-'));
// Summaries of the reference go into a cache of its own; TensorFlow's library is where it was.
const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'ganymede', 'tensorflow');
await mkdir(join(folder, 'cache', 'ganymede'), { recursive: true });
await symlink(cache, join(folder, 'cache', 'ganymede', 'tensorflow'));
process.env.XDG_CACHE_HOME = join(folder, 'cache');
const require = createRequire(new URL('../../packages/toolkit/package.json', import.meta.url));
const tf = require('@tensorflow/tfjs');
const { evaluateRun, resolveConfig, sample, train, trainExtractor } = require('@ganymede/toolkit');

const megabytes = (/** @type {number} */ bytes) => Number((bytes / 1e6).toFixed(1));

/** @param {string} at */
async function look(at) {
  collect();
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
  return {
    at,
    tensors: tf.memory().numTensors,
    residentMegabytes: megabytes(rss),
    heapMegabytes: megabytes(heapUsed),
    arrayMegabytes: megabytes(arrayBuffers),
    openFiles: (await readdir('/proc/self/fd')).length - 1, // without the one that reads the folder
  };
}

const backend = { use: flags.backend, threads: number('threads') };
const data = { use: 'shapes', count: 400 };
const network = { use: 'biggan', channels: number('channels'), attention: [] };
const metrics = [
  { use: 'fid' },
  { use: 'kid', subsets: 10, subsetSize: 50 },
  { use: 'inception-score' },
  { use: 'precision-recall' },
  { use: 'density-coverage' },
  { use: 'intra-class-fid' },
  { use: 'class-diversity' },
];

/** @type {Awaited<ReturnType<typeof look>>[]} */
const looks = [];
try {
  const weights = join(folder, 'classifier.safetensors');
  await trainExtractor({ data, resolution: 32, out: weights, steps: 30, batchSize: 32, width: 8, backend });
  const extractor = { use: 'trained-classifier', weights };
  const { config } = await resolveConfig({
    document: {
      name: 'memory',
      backend,
      data,
      resolution: 32,
      generator: { ...network, latentSize: 32, hierarchical: false, sharedEmbedding: false },
      discriminator: network,
      steps: number('steps'),
      batchSize: number('batch'),
      discriminatorSteps: 1,
      ema: { decay: 0.99, start: 0 },
      checkpoint: { every: number('checkpoint'), keepLast: 2 },
      sample: { every: number('sample'), perClass: 4 },
      metrics,
      featureExtractor: extractor,
      evaluate: { every: number('evaluate'), samples: 200 },
    },
  });
  /** @type {ReturnType<typeof look>[]} */
  const pending = [];
  const run = join(folder, 'run');
  await train({
    config,
    runFolder: run,
    resume: false,
    onEvent: (event) => {
      if (event.kind === 'step' && event.step % number('look') === 0)
        pending.push(look(`step ${event.step}`));
    },
  });
  looks.push(...(await Promise.all(pending)), await look('trained'));
  for (let round = 1; round <= number('rounds'); round++) {
    await sample({ run, seed: round, ema: true, statistics: 'running', perClass: 4 });
    await evaluateRun({ run, samples: 200, seed: round });
    looks.push(await look(`sampled and evaluated, ${round}`));
  }
} finally {
  await rm(folder, { recursive: true });
}

if (flags.json) console.log(JSON.stringify({ ...flags, looks }));
else {
  const heads = ['', 'tensors', 'resident MB', 'heap MB', 'arrays MB', 'open files'];
  const rows = [heads, ...looks.map((row) => Object.values(row).map(String))];
  const widths = heads.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  for (const row of rows)
    console.log(
      row
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
        .join('  '),
    );
}
process.exit(0);
