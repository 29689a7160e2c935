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

/** The least time of each variant over the rounds. */
async function race(variants, inputs, precision) {
  const steps = [];
  for (const [name, body, own] of variants) {
    const step = backend.compile((tensors) => ({ y: tf.slice(body(tensors), 0, [1, 1, 1, 1]) }), {
      name,
      precision,
    });
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
  const image = [batch, size, size, channels];
  const x = tf.randomNormal(image);
  const dy = tf.randomNormal(image);
  const filter = tf.randomNormal([3, 3, 16, channels]);
  const narrow = tf.randomNormal([batch, size, size, channels / 2]);
  const dense = tf.randomNormal([1, 1, channels / 2, channels]);
  const bodies = {
    forward: ({ x, filter }) => ops.groupedConv2d(x, filter, { groups }),
    inputGradient: ({ dy, filter }) => ops.groupedConv2dInputGradient(dy, filter, image, groups),
    filterGradient: ({ x, dy }) => ops.groupedConv2dFilterGradient(x, dy, filter.shape, groups),
  };
  const variants = Object.entries(bodies).flatMap(([name, body]) => [
    ...(kernels.length > 0 ? [[name, body, true]] : []),
    [`${name}ByProducts`, body, false],
  ]);
  variants.push(
    ['dense1x1', ({ narrow, dense }) => ops.conv2d(narrow, dense), true],
    [
      'dense1x1FilterGradient',
      ({ narrow, dy }) => ops.conv2dFilterGradient(narrow, dy, dense.shape, 1),
      true,
    ],
  );
  for (const precision of ['float32', 'bfloat16']) {
    const times = await race(variants, { x, dy, filter, narrow, dense }, precision);
    console.log(
      JSON.stringify({ image, groups, precision, gigaMultiplications: (x.size * 144) / 1e9, ...times }),
    );
  }
  tf.dispose([x, dy, filter, narrow, dense]);
}
