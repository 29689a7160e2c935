/**
 * Times one discriminator step and one generator step of BigGAN, or of R3GAN, on random images, and sampling. Prints one
 * JSON object.
 *
 * usage: node tools/bench/step.mjs [--model biggan|r3gan] [--channels 64] [--batch 50] [--resolution 32] [--precision float32|bfloat16]
 *                                  [--backend tensorflow|wasm|pjrt] [--products exact|fast] [--devices 1] [--eager] [--unfused] [--large]
 *                                  [--steps 5] [--warmup 2] [--modules FOLDER]
 *
 * `--large` is the ImageNet recipe: attention at 64, shared embedding, hierarchical latents, orthogonal
 * initialization. `--model r3gan` is R3GAN's step: the relativistic pairing loss, R1 and R2. `--eager` runs the same step op by op. `--products fast` lets PJRT's float32 products be what the
 * hardware likes, and `--modules` writes PJRT's modules as StableHLO. Build first: npm run build.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';

const { values: flags } = parseArgs({
  options: {
    model: { type: 'string', default: 'biggan' },
    channels: { type: 'string', default: '64' },
    batch: { type: 'string', default: '50' },
    resolution: { type: 'string', default: '32' },
    classes: { type: 'string', default: '10' },
    precision: { type: 'string', default: 'float32' },
    backend: { type: 'string', default: 'tensorflow' },
    products: { type: 'string' },
    devices: { type: 'string' },
    steps: { type: 'string', default: '5' },
    warmup: { type: 'string', default: '2' },
    modules: { type: 'string' },
    eager: { type: 'boolean', default: false },
    unfused: { type: 'boolean', default: false },
    large: { type: 'boolean', default: false },
  },
});

const require = createRequire(new URL('../../packages/toolkit/package.json', import.meta.url));
const tf = require('@tensorflow/tfjs');
const { evaluationCall, RandomStream, RandomStreams } = require('@ganymede/core');
const { EagerStep } = require('@ganymede/core/eager-step');
const { createContainer } = require('@ganymede/toolkit');
const { Trainer } = require('@ganymede/trainer');

const { precision } = flags;
if (precision !== 'float32' && precision !== 'bfloat16')
  throw new Error(`--precision: expected float32 or bfloat16, got ${precision}`);
const channels = Number(flags.channels);
const batchSize = Number(flags.batch);
const resolution = Number(flags.resolution);
const classes = Number(flags.classes);
const imageShape = { height: resolution, width: resolution, channels: 3 };

const container = await createContainer();
const native = container.resolve('backend', {
  use: flags.backend,
  ...(flags.products && { products: flags.products }),
  ...(flags.devices && { devices: Number(flags.devices) }),
});
const description = await native.activate();
/** Steps by name; those of PJRT hold their module. @type {Record<string, import('@ganymede/core').CompiledStep & { module?: string, memory?: import('@ganymede/pjrt').ExecutableMemory | null }>} */
const compiled = {};
/** @type {import('@ganymede/core').Backend} */
const backend = {
  activate: () => native.activate(),
  compile: (step, options) =>
    (compiled[options.name] = flags.eager
      ? new EagerStep(options.name, step)
      : native.compile(step, options)),
  dispose: () => native.dispose(),
};

const biggan = {
  use: 'biggan',
  channels,
  attention: flags.large ? [64] : [],
  initialization: flags.large ? 'orthogonal' : 'normal',
  fusedScale: !flags.unfused,
};
const r3gan = { use: 'r3gan', channels, fullWidthTo: resolution };
const models = {
  biggan: {
    generator: {
      ...biggan,
      latentSize: flags.large ? 120 : 128,
      sharedEmbedding: flags.large,
      hierarchical: flags.large,
    },
    discriminator: biggan,
    loss: 'hinge',
    regularizers: [],
    beta2: 0.999,
  },
  r3gan: {
    generator: r3gan,
    discriminator: r3gan,
    loss: 'relativistic-pair',
    regularizers: ['r1', 'r2'].map((use) => ({ use, gamma: 0.05, interval: 1 })),
    beta2: 0.9,
  },
};
const { model } = flags;
if (model !== 'biggan' && model !== 'r3gan')
  throw new Error(`--model: expected biggan or r3gan, got ${model}`);
if (model === 'r3gan' && flags.large) throw new Error('--large: expected --model biggan, got r3gan');
const recipe = models[model];
const generators = container.resolve('generator', recipe.generator);
const discriminators = container.resolve('discriminator', recipe.discriminator);
const adam = { use: 'adam', beta1: 0, beta2: recipe.beta2 };
const specOf = (/** @type {string} */ name) => ({
  imageShape,
  classes,
  random: RandomStream.create(0, name),
});
const generator = generators.create(specOf('generator'));

const images = Uint8Array.from({ length: batchSize * resolution * resolution * 3 }, (_, i) => (i * 37) % 256);
const labels = Int32Array.from({ length: batchSize }, (_, i) => i % classes);
const trainer = new Trainer(
  {
    backend,
    precision,
    generator,
    discriminator: discriminators.create(specOf('discriminator')),
    emaGenerator: generators.create(specOf('generator')),
    loss: container.resolve('loss', { use: recipe.loss }),
    regularizers: recipe.regularizers.map((one) => container.resolve('regularizer', one)),
    prior: container.resolve('prior', { use: 'normal' }),
    augmentation: null,
    generatorOptimizer: container.resolve('optimizer', adam),
    discriminatorOptimizer: container.resolve('optimizer', adam),
    learningRates: { generator: 2e-4, discriminator: 2e-4 },
    schedule: container.resolve('schedule', { use: 'constant' }),
    batchSize,
    accumulation: 1,
    discriminatorSteps: 1,
    splitDiscriminator: false,
    ema: { decay: 0.9999, start: 0 },
    random: new RandomStreams(0),
  },
  { next: async () => ({ images, labels }) },
);

/** The median and the least of several runs after a warm-up, in seconds, and the first run's. @param {() => Promise<unknown>} run */
async function timed(run) {
  const seconds = [];
  for (let k = 0; k < Number(flags.warmup) + Number(flags.steps); k++) {
    const start = performance.now();
    await run();
    seconds.push((performance.now() - start) / 1000);
  }
  const counted = seconds.slice(Number(flags.warmup)).sort((a, b) => a - b);
  return {
    first: seconds[0],
    median: counted[Math.floor(counted.length / 2)] ?? NaN,
    least: counted[0] ?? NaN,
  };
}

const step = await timed(() => trainer.advance());
const tensorsAfterSteps = tf.memory().numTensors;
const sampler = backend.compile(
  (inputs) => {
    const { z, y } =
      /** @type {{ z: import('@tensorflow/tfjs').Tensor2D, y: import('@tensorflow/tfjs').Tensor1D }} */ (
        inputs
      );
    return { images: generator.generate(z, y, evaluationCall) };
  },
  { name: 'sample', precision },
);
const z = tf.tensor2d(RandomStream.create(0, 'z').normals(batchSize * generator.latentSize), [
  batchSize,
  generator.latentSize,
]);
const y = tf.tensor1d(labels, 'int32');
const sample = await timed(async () => {
  const { images: made } = await sampler.run({ z, y });
  if (!made) throw new Error('step: expected images of the sampler, got none');
  await made.data();
  made.dispose();
});
if (flags.modules !== undefined) {
  mkdirSync(flags.modules, { recursive: true });
  for (const [name, { module }] of Object.entries(compiled))
    if (module) writeFileSync(join(flags.modules, `${name}.mlir`), module);
}

/** Bytes on the device while a step runs, by step, where the engine knows: weights, inputs, results and what lies between. */
const deviceBytes = Object.fromEntries(
  Object.entries(compiled).flatMap(([name, { memory }]) =>
    memory ? [[name, memory.arguments + memory.outputs - memory.aliased + memory.temporary]] : [],
  ),
);

console.log(
  JSON.stringify({
    program: 'ganymede',
    model,
    backend: description.library,
    device: description.details?.kind ?? description.device,
    products: flags.products,
    threads: description.threads,
    mode: flags.eager ? 'eager' : 'compiled',
    fusedScale: !flags.unfused,
    precision: flags.precision,
    resolution,
    channels,
    batch: batchSize,
    firstStepSeconds: step.first,
    stepSeconds: step.median,
    leastStepSeconds: step.least,
    imagesPerSecond: batchSize / step.median,
    bestImagesPerSecond: batchSize / step.least,
    sampleImagesPerSecond: batchSize / sample.median,
    tensorsAfterSteps,
    deviceBytes,
    peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
  }),
);
process.exit(0);
