/**
 * Times what an evaluation is made of. Prints one JSON object.
 *
 * usage: node tools/bench/metrics.mjs inception [--images 500] [--resolution 32] [--batch 50]
 *                                               [--precision float32|bfloat16] [--backend tensorflow|wasm]
 *                                               [--weights FILE | --make-weights FILE] [--pixels FILE] [--features FILE]
 *                                               [--profile]
 *        node tools/bench/metrics.mjs numbers [--images 10000] [--size 2048] [--backend tensorflow|wasm|none]
 *        node tools/bench/metrics.mjs bfloat16 [--images 1000] [--backend tensorflow]
 *
 * `inception`: images through Inception-v3 after one batch that compiles. Weights are made by a rule unless a file is
 * named, and `--make-weights` keeps them in one; images are random, or uint8 [N, H, W, 3] of a file; `--features` writes float32 [N, 2048]; `--profile` adds
 * the time of one batch by op.
 * `numbers`: moments, FID, KID and precision and recall over random features; `none` computes on the host alone.
 * `bfloat16`: how far Inception's features and FID move when they are computed in bfloat16, for real images against
 * the same images with noise; needs `--data`, anything that the dataset component `auto` opens.
 * Build first: npm run build.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
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
    weights: { type: 'string' },
    'make-weights': { type: 'string' },
    pixels: { type: 'string' },
    features: { type: 'string' },
    profile: { type: 'boolean', default: false },
  },
});
const require = createRequire(new URL('../../packages/toolkit/package.json', import.meta.url));
const tf = require('@tensorflow/tfjs');
const { RandomStream } = require('@ganymede/core');
const { writeTorchFile } = require('@ganymede/torch-files');
const metrics = require('@ganymede/metrics');
const { createContainer } = require('@ganymede/toolkit');

/**
 * @template T
 * @param {() => T} work
 * @returns {Promise<[seconds: number, result: Awaited<T>]>}
 */
const seconds = async (work) => {
  const start = performance.now();
  const result = await work();
  return [(performance.now() - start) / 1000, result];
};
const rounded = (/** @type {number} */ value) => Number(value.toPrecision(4));

const container = await createContainer();
const backend = flags.backend === 'none' ? null : container.resolve('backend', { use: flags.backend });
const description = await backend?.activate();

/** Inception-v3 with the file's weights, or by the fixtures' rule: its speed does not depend on them. */
async function openInception() {
  if (flags.weights) {
    const extractor = container.resolve('featureExtractor', { use: 'inception-v3', weights: flags.weights });
    await extractor.load();
    return extractor;
  }
  const keysFile = new URL('../../packages/toolkit/testing/inception/inception_keys.json', import.meta.url);
  const { keys } = JSON.parse(await readFile(keysFile, 'utf8'));
  const folder = await mkdtemp(join(tmpdir(), 'ganymede-bench-'));
  try {
    const path = flags['make-weights'] ?? join(folder, 'rule.pth');
    await writeTorchFile(path, ruleWeights(keys));
    const extractor = container.resolve('featureExtractor', { use: 'inception-v3', weights: path });
    await extractor.load();
    return extractor;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/**
 * Inception's features, float32 [batch, 2048], of images in 0..255, as an evaluation reads them.
 * @param {Awaited<ReturnType<typeof openInception>>} extractor
 * @param {string} precision
 */
function compile(extractor, precision) {
  if (precision !== 'float32' && precision !== 'bfloat16')
    throw new Error(`--precision: expected float32 or bfloat16, got ${precision}`);
  if (backend === null) throw new Error('--backend: expected one that runs networks, got none');
  const step = backend.compile(
    ({ images }) => {
      const pixels = /** @type {import('@tensorflow/tfjs').Tensor4D} */ (images);
      return { features: extractor.extract(pixels.toFloat().div(127.5).sub(1)).features };
    },
    { name: 'bench-inception', precision },
  );
  return {
    /** @param {import('@tensorflow/tfjs').Tensor4D} images */
    async featuresOf(images) {
      const { features } = await step.run({ images });
      if (!features) throw new Error('bench-inception: expected features, got none');
      const values = /** @type {Float32Array} */ (await features.data());
      features.dispose();
      return values;
    },
    dispose: () => step.dispose(),
  };
}

/** @param {number} count - of images @param {number} image - bytes of one */
async function pixelsOf(count, image) {
  if (flags.pixels) return (await readFile(flags.pixels)).subarray(0, count * image);
  const random = RandomStream.create(0, 'pixels');
  return Uint8Array.from({ length: count * image }, () => Math.floor(256 * random.nextUniform()));
}

async function inception() {
  const batch = Number(flags.batch);
  const resolution = Number(flags.resolution);
  const batches = Math.ceil(Number(flags.images ?? 500) / batch);
  const step = compile(await openInception(), flags.precision);
  const image = resolution * resolution * 3;
  const pixels = await pixelsOf(batches * batch, image);
  const run = async (/** @type {number} */ index) => {
    const part = Int32Array.from(pixels.subarray(index * batch * image, (index + 1) * batch * image));
    const images = tf.tensor4d(part, [batch, resolution, resolution, 3], 'int32');
    const values = await step.featuresOf(images);
    images.dispose();
    return values;
  };
  const [compiling] = await seconds(() => run(0));
  /** @type {Float32Array[]} */
  const features = [];
  const [time] = await seconds(async () => {
    for (let i = 0; i < batches; i++) features.push(await run(i));
  });
  if (flags.features) await writeFile(flags.features, Buffer.concat(features.map(bytesOf)));
  const profile = flags.profile ? backend?.startProfile?.() : undefined;
  if (profile) await run(0);
  return {
    precision: flags.precision,
    threads: description?.threads,
    resolution,
    batch,
    firstBatchSeconds: rounded(compiling),
    imagesPerSecond: rounded((batches * batch) / time),
    secondsFor10000: rounded((10_000 * time) / (batches * batch)),
    ...(profile && { ops: profile.stop().ops.slice(0, 12) }),
  };
}

const bytesOf = (/** @type {Float32Array} */ values) =>
  Buffer.from(values.buffer, values.byteOffset, values.byteLength);

async function numbers() {
  const size = Number(flags.size);
  const count = Number(flags.images ?? 10_000);
  /** @type {'backend' | 'float64'} */
  const products = backend ? 'backend' : 'float64';
  const draw = (/** @type {string} */ name) => {
    const random = RandomStream.create(0, name);
    // Correlated, as features are: a few directions hold most of the variance.
    const values = random.normals(count * size);
    for (let i = 0; i < count; i++) {
      const shared = random.nextNormal();
      for (let j = 0; j < size; j++)
        values[i * size + j] = (values[i * size + j] ?? NaN) / (1 + j / 50) + shared;
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
  /** @type {Record<'float32' | 'bfloat16', number>} */
  const distances = { float32: NaN, bfloat16: NaN };
  /** @type {Record<'float32' | 'bfloat16', Float32Array[]>} */
  const features = { float32: [], bfloat16: [] };
  const order = RandomStream.create(0, 'order').permutation(dataset.length).subarray(0, count);
  const originals = await dataset.read(order);
  const disturbed = originals.map((value) => Math.max(0, Math.min(255, value + 12 * noise.nextNormal())));
  for (const precision of /** @type {const} */ (['float32', 'bfloat16'])) {
    const step = compile(extractor, precision);
    const momentsOf = async (/** @type {typeof originals} */ pixels) => {
      const stream = new metrics.StreamingMoments(2048);
      const image = resolution * resolution * 3;
      for (let i = 0; i + batch <= count; i += batch) {
        const part = Int32Array.from(pixels.subarray(i * image, (i + batch) * image));
        const images = tf.tensor4d(part, [batch, resolution, resolution, 3], 'int32');
        const values = await step.featuresOf(images);
        await stream.add({ values, count: batch, size: 2048 });
        features[precision].push(values);
        images.dispose();
      }
      return stream.finish();
    };
    const original = await momentsOf(originals);
    distances[precision] = metrics.frechetDistance(original, await momentsOf(disturbed)).distance;
    step.dispose();
  }
  await dataset.close();
  await rm(cacheFolder, { recursive: true });
  return {
    images: count,
    fid: distances,
    moves: distances.bfloat16 - distances.float32,
    featureDeviation: rounded(deviation(features.bfloat16, features.float32)),
  };
}

/** Norm of the difference over the norm of what is right. @param {readonly Float32Array[]} actual @param {readonly Float32Array[]} expected */
function deviation(actual, expected) {
  let [difference, norm] = [0, 0];
  for (const [at, values] of expected.entries()) {
    for (const [i, value] of values.entries()) {
      difference += ((actual[at]?.[i] ?? NaN) - value) ** 2;
      norm += value ** 2;
    }
  }
  return Math.sqrt(difference / norm);
}

/** @type {Readonly<Record<string, () => Promise<object>>>} */
const modes = { inception, numbers, bfloat16 };
const mode = modes[positionals[0] ?? ''];
if (!mode) {
  console.error('usage: node tools/bench/metrics.mjs inception|numbers|bfloat16');
  process.exit(2);
}
console.log(
  JSON.stringify({ mode: positionals[0], backend: description?.name ?? 'none', ...(await mode()) }),
);
backend?.dispose();
