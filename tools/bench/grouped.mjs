/**
 * Times grouped 3x3 convolutions of 16 channels a group, their two gradients, each as the engine's own kernel and as the
 * products that stand in for it, and dense 1x1 convolutions of the same image for comparison. Prints one line of JSON a case.
 *
 * usage: node tools/bench/grouped.mjs [--rounds 8] [--batch 64] [--channels 384] [--sizes 32,16,8,4]
 *
 * Each time is the least of the rounds, in milliseconds; the variants alternate, so that a busy machine slows all alike.
 */
import { createRequire } from 'node:module';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';

const { values: flags } = parseArgs({
  options: {
    rounds: { type: 'string', default: '8' },
    batch: { type: 'string', default: '64' },
    channels: { type: 'string', default: '384' },
    sizes: { type: 'string', default: '32,16,8,4' },
  },
});
const require = createRequire(new URL('../../packages/toolkit/package.json', import.meta.url));
const tf = require('@tensorflow/tfjs');
const ops = require('@ganymede/ops');
const { createContainer } = require('@ganymede/toolkit');

const container = await createContainer();
const backend = container.resolve('backend', { use: 'tensorflow' });
await backend.activate();

const [batch, channels] = [Number(flags.batch), Number(flags.channels)];
const groups = channels / 16;
const kernels = tf
  .getKernelsForBackend(tf.getBackend())
  .filter(({ kernelName }) => kernelName.startsWith('Grouped'));

/** @typedef {import('@tensorflow/tfjs').Tensor4D} Tensor4D */
/** @typedef {{ x: Tensor4D, dy: Tensor4D, filter: Tensor4D, narrow: Tensor4D, dense: Tensor4D }} Inputs */
/** @typedef {(inputs: Inputs) => Tensor4D} Body */
/** @typedef {[name: string, body: Body, own: boolean]} Variant own: with the engine's own kernels */

/**
 * The least time of each variant over the rounds.
 * @param {readonly Variant[]} variants
 * @param {Inputs} inputs
 * @param {'float32' | 'bfloat16'} precision
 */
async function race(variants, inputs, precision) {
  const steps = [];
  for (const [name, body, own] of variants) {
    const step = backend.compile(
      (tensors) => ({ y: tf.slice(body(/** @type {Inputs} */ (tensors)), 0, [1, 1, 1, 1]) }),
      {
        name,
        precision,
      },
    );
    if (!own) for (const { kernelName, backendName } of kernels) tf.unregisterKernel(kernelName, backendName);
    tf.dispose(await step.run(inputs)); // traced now: which kernels it finds is settled
    if (!own) for (const kernel of kernels) tf.registerKernel(kernel);
    steps.push({ name, step, milliseconds: Infinity });
  }
  for (let round = 0; round < Number(flags.rounds); round++)
    for (const one of steps) {
      const start = performance.now();
      tf.dispose(await one.step.run(inputs));
      one.milliseconds = Math.min(one.milliseconds, performance.now() - start);
    }
  for (const { step } of steps) step.dispose();
  return Object.fromEntries(steps.map(({ name, milliseconds }) => [name, Number(milliseconds.toFixed(2))]));
}

for (const size of flags.sizes.split(',').map(Number)) {
  /** @type {[number, number, number, number]} */
  const image = [batch, size, size, channels];
  /** @type {(shape: [number, number, number, number]) => Tensor4D} */
  const normal = (shape) => tf.randomNormal(shape);
  const x = normal(image);
  const dy = normal(image);
  const filter = normal([3, 3, 16, channels]);
  const narrow = normal([batch, size, size, channels / 2]);
  const dense = normal([1, 1, channels / 2, channels]);
  /** @type {Record<string, Body>} */
  const bodies = {
    forward: ({ x, filter }) => ops.groupedConv2d(x, filter, { groups }),
    inputGradient: ({ dy, filter }) => ops.groupedConv2dInputGradient(dy, filter, image, groups),
    filterGradient: ({ x, dy }) => ops.groupedConv2dFilterGradient(x, dy, filter.shape, groups),
  };
  /** @type {Variant[]} */
  const variants = [];
  for (const [name, body] of Object.entries(bodies)) {
    if (kernels.length > 0) variants.push([name, body, true]);
    variants.push([`${name}ByProducts`, body, false]);
  }
  variants.push(
    ['dense1x1', ({ narrow, dense }) => ops.conv2d(narrow, dense), true],
    [
      'dense1x1FilterGradient',
      ({ narrow, dy }) => ops.conv2dFilterGradient(narrow, dy, dense.shape, 1),
      true,
    ],
  );
  for (const precision of /** @type {const} */ (['float32', 'bfloat16'])) {
    const times = await race(variants, { x, dy, filter, narrow, dense }, precision);
    console.log(
      JSON.stringify({ image, groups, precision, gigaMultiplications: (x.size * 144) / 1e9, ...times }),
    );
  }
  tf.dispose([x, dy, filter, narrow, dense]);
}
