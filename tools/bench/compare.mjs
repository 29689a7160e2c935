/**
 * Times Ganymede's step and that of a model's own PyTorch code in turn on this machine, and prints the ratios as JSON.
 *
 * usage: node tools/bench/compare.mjs CHECKOUT PYTHON [--model biggan] [--rounds 3] [--steps 5] [--channels 64] [--batch 50]
 *                                     [--resolution 32] [--large] [--compile]
 *
 * CHECKOUT is a checkout of BigGAN-PyTorch, or with `--model r3gan` of brownvc/R3GAN (there, 192 channels and a batch of 64
 * unless they are given); PYTHON is an interpreter with torch, and for BigGAN torchvision, h5py and scipy. The programs
 * alternate, so that a machine whose speed drifts slows all; a ratio is the median over the rounds. `best` has the ratio of
 * the fastest steps of all rounds, for a machine that others use. `--compile` adds torch.compile under autocast, the best that
 * torch has for BigGAN on a processor: it compiles for many minutes, every round. `--large` and
 * `--compile` are for BigGAN alone.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    model: { type: 'string', default: 'biggan' },
    rounds: { type: 'string', default: '3' },
    steps: { type: 'string', default: '5' },
    channels: { type: 'string' },
    batch: { type: 'string' },
    resolution: { type: 'string', default: '32' },
    large: { type: 'boolean', default: false },
    compile: { type: 'boolean', default: false },
  },
});
const [checkout, python] = positionals;
const isR3Gan = flags.model === 'r3gan';
// R3GAN has no such recipe, and r3gan-pytorch.py no such flags: what was timed before it fails would be lost.
const isKnown = isR3Gan ? !flags.large && !flags.compile : flags.model === 'biggan';
if (!checkout || !python || !isKnown) {
  console.error(
    'usage: node tools/bench/compare.mjs CHECKOUT PYTHON [--model biggan|r3gan] [--rounds 3] [--channels 64] [--batch 50]\n' +
      '       --large and --compile are for biggan alone',
  );
  process.exit(2);
}

const here = (/** @type {string} */ file) => fileURLToPath(new URL(file, import.meta.url));
const size = [
  '--steps',
  flags.steps,
  '--channels',
  flags.channels ?? (isR3Gan ? '192' : '64'),
  '--batch',
  flags.batch ?? (isR3Gan ? '64' : '50'),
  '--resolution',
  flags.resolution,
];
const large = flags.large ? ['--large'] : [];

/**
 * What step.mjs, biggan-pytorch.py and r3gan-pytorch.py print, of what is compared.
 * @typedef {object} Result
 * @property {number} imagesPerSecond
 * @property {number} [bestImagesPerSecond]
 * @property {number} sampleImagesPerSecond
 * @property {number} peakMemoryBytes
 * @property {number} firstStepSeconds - of Ganymede alone
 */

/** What a program prints last. @param {string} command @param {readonly string[]} programArguments @returns {Result} */
function measure(command, programArguments) {
  const { status, stdout, stderr } = spawnSync(command, programArguments, { encoding: 'utf8' });
  if (status !== 0)
    throw new Error(`${command} ${programArguments.join(' ')} ended with ${status}\n${stderr}`);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}
const ganymede = (/** @type {string[]} */ ...more) =>
  measure(process.execPath, [here('step.mjs'), '--model', flags.model, ...size, ...large, ...more]);
const pytorch = (/** @type {string[]} */ ...more) =>
  measure(python, [here(`${flags.model}-pytorch.py`), checkout, ...size, ...large, ...more]);

const programs = {
  pytorch: () => pytorch(),
  pytorchBf16: () => pytorch('--bf16'),
  pytorchBf16ChannelsLast: () => pytorch('--bf16', '--channels-last'),
  ...(flags.compile && { pytorchBf16Compiled: () => pytorch('--bf16', '--compile') }),
  ...(!isR3Gan && { eager: () => ganymede('--eager') }),
  float32: () => ganymede('--precision', 'float32'),
  bfloat16: () => ganymede('--precision', 'bfloat16'),
};
/** @type {Record<string, Result>[]} */
const rounds = [];
for (let round = 0; round < Number(flags.rounds); round++) {
  /** @type {Record<string, Result>} */
  const results = {};
  for (const [name, run] of Object.entries(programs)) {
    const result = run();
    results[name] = result;
    console.error(`round ${round + 1}: ${name} ${result.imagesPerSecond.toFixed(1)} images/s`);
  }
  rounds.push(results);
}

const median = (/** @type {readonly number[]} */ values) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
/** Of a program, by round. @param {string} name @param {keyof Result} key */
const numbersOf = (name, key) => rounds.map((one) => one[name]?.[key] ?? NaN);
/** The ratio of two programs' fastest steps of all rounds. @param {string} ours @param {string} theirs */
const bestRatio = (ours, theirs) =>
  Math.max(...numbersOf(ours, 'bestImagesPerSecond')) / Math.max(...numbersOf(theirs, 'bestImagesPerSecond'));
/** The median ratio of two programs over the rounds. @param {string} ours @param {string} theirs @param {keyof Result} [key] */
const ratio = (ours, theirs, key = 'imagesPerSecond') => {
  const others = numbersOf(theirs, key);
  return median(numbersOf(ours, key).map((value, round) => value / (others[round] ?? NaN)));
};
console.log(
  JSON.stringify(
    {
      imagesPerSecond: Object.fromEntries(
        Object.keys(programs).map((name) => [name, median(numbersOf(name, 'imagesPerSecond'))]),
      ),
      ratios: {
        ...(!isR3Gan && { eagerOverPytorch: ratio('eager', 'pytorch') }),
        float32OverPytorch: ratio('float32', 'pytorch'),
        bfloat16OverPytorch: ratio('bfloat16', 'pytorch'),
        bfloat16OverPytorchBf16: ratio('bfloat16', 'pytorchBf16'),
        bfloat16OverPytorchBf16ChannelsLast: ratio('bfloat16', 'pytorchBf16ChannelsLast'),
        ...(flags.compile && { bfloat16OverPytorchBf16Compiled: ratio('bfloat16', 'pytorchBf16Compiled') }),
        samplingFloat32OverPytorch: ratio('float32', 'pytorch', 'sampleImagesPerSecond'),
        samplingBfloat16OverPytorch: ratio('bfloat16', 'pytorch', 'sampleImagesPerSecond'),
        samplingBfloat16OverPytorchBf16: ratio('bfloat16', 'pytorchBf16', 'sampleImagesPerSecond'),
        peakMemoryFloat32OverPytorch: ratio('float32', 'pytorch', 'peakMemoryBytes'),
        peakMemoryBfloat16OverPytorch: ratio('bfloat16', 'pytorch', 'peakMemoryBytes'),
      },
      ...(isR3Gan && {
        best: {
          float32OverPytorch: bestRatio('float32', 'pytorch'),
          bfloat16OverPytorch: bestRatio('bfloat16', 'pytorch'),
          bfloat16OverPytorchBf16: bestRatio('bfloat16', 'pytorchBf16'),
          bfloat16OverPytorchBf16ChannelsLast: bestRatio('bfloat16', 'pytorchBf16ChannelsLast'),
        },
      }),
      firstStepSeconds: Object.fromEntries(
        ['float32', 'bfloat16'].map((name) => [name, median(numbersOf(name, 'firstStepSeconds'))]),
      ),
      rounds,
    },
    null,
    2,
  ),
);
