/**
 * Times what an evaluation is made of. Prints one JSON object.
 *
 * usage: node tools/bench/metrics.mjs inception [--images 500] [--resolution 32] [--batch 50]
 *                                               [--precision float32|bfloat16] [--backend tensorflow|wasm]
 *        node tools/bench/metrics.mjs numbers [--images 10000] [--size 2048] [--backend tensorflow|wasm|none]
 *        node tools/bench/metrics.mjs bfloat16 [--images 1000] [--backend tensorflow]
 *
 * `inception`: random images through Inception-v3 with weights made by a rule, after one batch that compiles.
 * `numbers`: moments, FID, KID and precision and recall over random features; `none` computes on the host alone.
 * `bfloat16`: how far FID over Inception's features moves when they are computed in bfloat16, for real images against
 * the same images with noise; needs `--data`, anything that the dataset component `auto` opens.
 * Build first: npm run build.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { ruleWeights } from '../parity/rule-weights.js';

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    images: { type: 'string' },
    resolution: { type: 'string', default: '32' },
    batch: { type: 'string', default: '50' },
    precision: { type: 'string', default: 'float32' },
    backend: { type: 'string', default: 'tensorflow' },
    size: { type: 'string', default: '2048' },
    data: { type: 'string' },
  },
});
const require = createRequire(new URL('../../packages/toolkit/package.json', import.meta.url));
const tf = require('@tensorflow/tfjs');
const { RandomStream } = require('@ganymede/core');
const { writeTorchFile } = require('@ganymede/checkpoints');
const metrics = require('@ganymede/metrics');
const { createContainer } = require('@ganymede/toolkit');

const seconds = async (work) => {
  const start = performance.now();
  const result = await work();
  return [(performance.now() - start) / 1000, result];
};
const rounded = (value) => Number(value.toPrecision(4));

const container = await createContainer();
const backend = flags.backend === 'none' ? null : container.resolve('backend', { use: flags.backend });
const description = (await backend?.activate()) ?? { name: 'none' };

/** Inception-v3 with the fixture's rule for weights: its speed does not depend on them. */
async function openInception() {
  const keysFile = new URL('../../packages/toolkit/testing/inception/inception_keys.json', import.meta.url);
  const { keys } = JSON.parse(await readFile(keysFile, 'utf8'));
  const folder = await mkdtemp(join(tmpdir(), 'ganymede-bench-'));
  try {
    const path = join(folder, 'rule.pth');
    await writeTorchFile(path, ruleWeights(keys));
    const extractor = container.resolve('featureExtractor', { use: 'inception-v3', weights: path });
    await extractor.load();
    return extractor;
  } finally {
    await rm(folder, { recursive: true });
  }
}

const compile = (extractor, precision) =>
  backend.compile(({ images }) => ({ features: extractor.extract(images).features }), {
    name: 'bench-inception',
    precision,
  });

async function inception() {
  const batch = Number(flags.batch);
  const resolution = Number(flags.resolution);
  const count = Number(flags.images ?? 500);
  const step = compile(await openInception(), flags.precision);
  const images = tf.tidy(() => tf.randomUniform([batch, resolution, resolution, 3], -1, 1));
  const run = async () => {
    const { features } = await step.run({ images });
    await features.data();
    features.dispose();
  };
  const [compiling] = await seconds(run);
  const batches = Math.ceil(count / batch);
  const [time] = await seconds(async () => {
    for (let i = 0; i < batches; i++) await run();
  });
  return {
    precision: flags.precision,
    resolution,
    batch,
    firstBatchSeconds: rounded(compiling),
    imagesPerSecond: rounded((batches * batch) / time),
    secondsFor10000: rounded((10_000 * time) / (batches * batch)),
  };
}

async function numbers() {
  const size = Number(flags.size);
  const count = Number(flags.images ?? 10_000);
  const products = backend ? 'backend' : 'float64';
  const draw = (name) => {
    const random = RandomStream.create(0, name);
    // Correlated, as features are: a few directions hold most of the variance.
    const values = random.normals(count * size);
    for (let i = 0; i < count; i++) {
      const shared = random.nextNormal();
      for (let j = 0; j < size; j++) values[i * size + j] = values[i * size + j] / (1 + j / 50) + shared;
    }
    return { values, count, size };
  };
  const [first, second] = [draw('first'), draw('second')];
  const [momentsTime, a] = await seconds(() => metrics.momentsOf(first, products));
  const b = await metrics.momentsOf(second, products);
  const [distanceTime, { distance }] = await seconds(() => metrics.frechetDistance(a, b));
  const options = { ...metrics.cubicKernel, products, subsets: 10, subsetSize: Math.min(1000, count) };
  const [kidTime] = await seconds(() => metrics.kid(first, second, options, RandomStream.create(0, 'kid')));
  const [neighbourTime] = await seconds(() =>
    metrics.precisionRecall(first, second, { neighbours: 3, products }),
  );
  return {
    images: count,
    size,
    products,
    momentsSeconds: rounded(momentsTime),
    frechetSeconds: rounded(distanceTime),
    fid: distance,
    kidOf10SubsetsSeconds: rounded(kidTime),
    precisionRecallSeconds: rounded(neighbourTime),
    residentGigabytes: rounded(process.memoryUsage.rss() / 1e9),
    largestResidentGigabytes: rounded(process.resourceUsage().maxRSS / 1e6),
  };
}

async function bfloat16() {
  const count = Number(flags.images ?? 1000);
  const resolution = Number(flags.resolution);
  const batch = Number(flags.batch);
  const cacheFolder = await mkdtemp(join(tmpdir(), 'ganymede-bench-'));
  const source = container.resolve('dataset', { use: 'auto', path: flags.data });
  const dataset = await source.open({ cacheFolder, resolution, channels: 3, strict: false });
  const extractor = await openInception();
  const noise = RandomStream.create(0, 'noise');
  const result = {};
  const order = RandomStream.create(0, 'order').permutation(dataset.length).subarray(0, count);
  const originals = await dataset.read(order);
  const disturbed = originals.map((value) => Math.max(0, Math.min(255, value + 12 * noise.nextNormal())));
  for (const precision of ['float32', 'bfloat16']) {
    const step = compile(extractor, precision);
    const moments = [];
    for (const pixels of [originals, disturbed]) {
      const stream = new metrics.StreamingMoments(2048);
      const image = resolution * resolution * 3;
      for (let i = 0; i + batch <= count; i += batch) {
        const values = Float32Array.from(
          pixels.subarray(i * image, (i + batch) * image),
          (v) => v / 127.5 - 1,
        );
        const images = tf.tensor4d(values, [batch, resolution, resolution, 3]);
        const { features } = await step.run({ images });
        await stream.add({ values: await features.data(), count: batch, size: 2048 });
        tf.dispose([images, features]);
      }
      moments.push(await stream.finish());
    }
    result[precision] = metrics.frechetDistance(...moments).distance;
    step.dispose();
  }
  await dataset.close();
  await rm(cacheFolder, { recursive: true });
  return { images: count, fid: result, moves: result.bfloat16 - result.float32 };
}

const modes = { inception, numbers, bfloat16 };
const mode = modes[positionals[0]];
if (!mode) {
  console.error('usage: node tools/bench/metrics.mjs inception|numbers|bfloat16');
  process.exit(2);
}
console.log(JSON.stringify({ mode: positionals[0], backend: description.name, ...(await mode()) }));
backend?.dispose();
