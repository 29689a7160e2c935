/**
 * Times Inception-v3 here and pytorch-fid's in turn on this machine, and prints the ratios as JSON.
 *
 * usage: node tools/bench/inception.mjs PYTHON [WEIGHTS] [--images 300] [--rounds 3] [--batch 50] [--resolution 32]
 *
 * PYTHON is an interpreter with torch, torchvision and pytorch-fid, WEIGHTS the file pt_inception-2015-12-05-*.pth that
 * both read; without it weights are made by a rule, which says as much of speed. Both are given the same random images
 * in memory, and their features are compared. The programs alternate, so that a machine whose speed drifts slows both;
 * a ratio is the median over the rounds.
 */
import { spawnSync } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ruleWeights } from '../parity/rule-weights.js';

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    images: { type: 'string', default: '300' },
    rounds: { type: 'string', default: '3' },
    batch: { type: 'string', default: '50' },
    resolution: { type: 'string', default: '32' },
  },
});
const [python, givenWeights] = positionals;
if (!python) {
  console.error('usage: node tools/bench/inception.mjs PYTHON [WEIGHTS] [--images 300] [--rounds 3]');
  process.exit(2);
}
const require = createRequire(new URL('../../packages/toolkit/package.json', import.meta.url));
const { writeTorchFile } = require('@ganymede/torch-files');

const here = (/** @type {string} */ file) => fileURLToPath(new URL(file, import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'ganymede-bench-'));
const at = (/** @type {string} */ name) => join(folder, name);
const count = Number(flags.images);
const pixels = Buffer.alloc(count * Number(flags.resolution) ** 2 * 3);
await writeFile(at('pixels'), randomFillSync(pixels));

async function makeWeights() {
  const keys = await readFile(here('../../packages/toolkit/testing/inception/inception_keys.json'), 'utf8');
  await writeTorchFile(at('rule.pth'), ruleWeights(JSON.parse(keys).keys));
  return at('rule.pth');
}
const weights = givenWeights ?? (await makeWeights());

/** @typedef {{ imagesPerSecond: number }} Result */

/** What a program prints last. @param {string} command @param {readonly string[]} programArguments @returns {Result} */
function measure(command, programArguments) {
  const { status, stdout, stderr } = spawnSync(command, programArguments, { encoding: 'utf8' });
  if (status !== 0)
    throw new Error(`${command} ${programArguments.join(' ')} ended with ${status}\n${stderr}`);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}
const size = ['--images', flags.images, '--batch', flags.batch, '--resolution', flags.resolution];
const pytorch = (/** @type {string} */ name, /** @type {string[]} */ ...more) =>
  measure(python, [here('pytorch-fid.py'), weights, at('pixels'), ...size, '--features', at(name), ...more]);
const ganymede = (/** @type {string} */ name, /** @type {string} */ precision) =>
  measure(process.execPath, [
    here('metrics.mjs'),
    'inception',
    ...['--weights', weights, '--pixels', at('pixels'), '--features', at(name), '--precision', precision],
    ...size,
  ]);

const programs = {
  pytorch: () => pytorch('pytorch'),
  pytorchBf16: () => pytorch('pytorchBf16', '--bf16'),
  float32: () => ganymede('float32', 'float32'),
  bfloat16: () => ganymede('bfloat16', 'bfloat16'),
};
const names = Object.keys(programs);
/** @type {Record<string, number>[]} */
const rounds = [];
for (let round = 0; round < Number(flags.rounds); round++) {
  /** @type {Record<string, number>} */
  const speeds = {};
  for (const [name, run] of Object.entries(programs)) {
    const { imagesPerSecond } = run();
    speeds[name] = imagesPerSecond;
    console.error(`round ${round + 1}: ${name} ${imagesPerSecond.toFixed(1)} images/s`);
  }
  rounds.push(speeds);
}

const median = (/** @type {readonly number[]} */ values) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
const ratio = (/** @type {string} */ ours, /** @type {string} */ theirs) =>
  median(rounds.map((one) => (one[ours] ?? NaN) / (one[theirs] ?? NaN)));
const features = async (/** @type {string} */ name) =>
  new Float32Array(new Uint8Array(await readFile(at(name))).buffer);
const expected = await features('pytorch');
/** @param {string} name */
async function deviation(name) {
  const actual = await features(name);
  const norm = (/** @type {Float32Array} */ values) =>
    Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  return norm(actual.map((value, i) => value - (expected[i] ?? NaN))) / norm(expected);
}
const deviations = [];
for (const name of names.slice(1)) deviations.push([name, await deviation(name)]);
await rm(folder, { recursive: true });
console.log(
  JSON.stringify(
    {
      imagesPerSecond: Object.fromEntries(
        names.map((name) => [name, median(rounds.map((one) => one[name] ?? NaN))]),
      ),
      ratios: {
        float32OverPytorch: ratio('float32', 'pytorch'),
        bfloat16OverPytorch: ratio('bfloat16', 'pytorch'),
        bfloat16OverPytorchBf16: ratio('bfloat16', 'pytorchBf16'),
      },
      featureDeviationFromPytorch: Object.fromEntries(deviations),
      rounds,
    },
    null,
    2,
  ),
);
