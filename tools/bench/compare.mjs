/**
 * Times Ganymede's step and BigGAN-PyTorch's in turn on this machine, and prints the ratios as JSON.
 *
 * usage: node tools/bench/compare.mjs CHECKOUT PYTHON [--rounds 3] [--steps 5] [--channels 64] [--batch 50] [--resolution 32]
 *                                     [--large] [--compile]
 *
 * CHECKOUT is a checkout of BigGAN-PyTorch, PYTHON an interpreter with torch, torchvision, h5py and scipy. The two
 * programs alternate, so that a machine whose speed drifts slows both; the ratio is the median over the rounds. `--compile`
 * adds torch.compile under autocast, the best that torch has on a processor: it compiles for many minutes, every round.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '3' },
    steps: { type: 'string', default: '5' },
    channels: { type: 'string', default: '64' },
    batch: { type: 'string', default: '50' },
    resolution: { type: 'string', default: '32' },
    large: { type: 'boolean', default: false },
    compile: { type: 'boolean', default: false },
  },
});
const [checkout, python] = positionals;
if (!checkout || !python) {
  console.error(
    'usage: node tools/bench/compare.mjs CHECKOUT PYTHON [--rounds 3] [--channels 64] [--batch 50]',
  );
  process.exit(2);
}

const here = (/** @type {string} */ file) => fileURLToPath(new URL(file, import.meta.url));
const size = [
  '--steps',
  flags.steps,
  '--channels',
  flags.channels,
  '--batch',
  flags.batch,
  '--resolution',
  flags.resolution,
];
const large = flags.large ? ['--large'] : [];

/**
 * What step.mjs and biggan-pytorch.py print, of what is compared.
 * @typedef {object} Result
 * @property {number} imagesPerSecond
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
  measure(process.execPath, [here('step.mjs'), ...size, ...large, ...more]);
const pytorch = (/** @type {string[]} */ ...more) =>
  measure(python, [here('biggan-pytorch.py'), checkout, ...size, ...large, ...more]);

const programs = {
  pytorch: () => pytorch(),
  pytorchBf16: () => pytorch('--bf16'),
  pytorchBf16ChannelsLast: () => pytorch('--bf16', '--channels-last'),
  ...(flags.compile && { pytorchBf16Compiled: () => pytorch('--bf16', '--compile') }),
  eager: () => ganymede('--eager'),
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
        eagerOverPytorch: ratio('eager', 'pytorch'),
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
      firstStepSeconds: Object.fromEntries(
        ['float32', 'bfloat16'].map((name) => [name, median(numbersOf(name, 'firstStepSeconds'))]),
      ),
      rounds,
    },
    null,
    2,
  ),
);
