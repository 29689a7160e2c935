/**
 * What a data set in shards costs: opening it, one epoch's order walked batch by batch with no image read, the same order
 * resumed in its middle, and images read and decoded in that order. Times, and resident memory after a collection.
 *
 * usage: node tools/bench/shards.mjs <folder or address> [--resolution 32] [--batch 256] [--images 20000] [--cache <folder>]
 *
 * Build first: npm run build. It times what the machine gives: other work on it counts.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const { values: flags, positionals } = parseArgs({
  options: {
    resolution: { type: 'string', default: '32' },
    batch: { type: 'string', default: '256' },
    images: { type: 'string', default: '20000' },
    cache: { type: 'string' },
  },
  allowPositionals: true,
});
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');
const require = createRequire(new URL('../../packages/toolkit/package.json', import.meta.url));
const { RandomStream } = require('@ganymede/core');
const { BatchLoader } = require('@ganymede/batches');
const { Shards, shards } = require('@ganymede/shards');

const megabytes = () => {
  collect();
  return `${(process.memoryUsage().rss / 1e6).toFixed(0)} MB resident`;
};

/**
 * @template T
 * @param {string} what
 * @param {() => Promise<T>} work
 */
async function timed(what, work) {
  const start = performance.now();
  const result = await work();
  console.log(`${what}: ${((performance.now() - start) / 1000).toFixed(2)} s, ${megabytes()}`);
  return result;
}

const own = flags.cache === undefined ? await mkdtemp(join(tmpdir(), 'ganymede-shards-')) : null;
const batchSize = Number(flags.batch);
console.log(`before: ${megabytes()}`);
const dataset = await timed('open', async () =>
  new Shards(shards.options.parse({ path: positionals[0] })).open({
    cacheFolder: flags.cache ?? /** @type {string} */ (own),
    resolution: Number(flags.resolution),
    channels: 3,
    strict: true,
    now: () => Date.now(),
  }),
);
console.log(`${dataset.length} images of ${dataset.classes.length} classes`);

const { height, width, channels } = dataset.imageShape;
const unread = Object.assign(Object.create(dataset), {
  read: async (/** @type {ArrayLike<number>} */ indices) =>
    new Uint8Array(indices.length * height * width * channels),
});
/** @param {any} data */
const loaderOf = (data) =>
  new BatchLoader({ dataset: data, batchSize, random: RandomStream.create(1, 'data'), flip: true });

const epoch = Math.ceil(dataset.length / batchSize);
const middle = Math.floor(epoch / 2);
const walked = loaderOf(unread);
let state = walked.state;
/** @type {Int32Array | null} */
let expected = null;
await timed(`an epoch of ${epoch} batches of ${batchSize}, no image read`, async () => {
  for (let batch = 0; batch < epoch; batch++) {
    if (batch === middle) state = walked.state;
    const { labels } = await walked.next();
    if (batch === middle) expected = labels;
  }
});
await walked.close();

const saved = JSON.stringify(state);
const resumed = loaderOf(dataset);
const first = await timed('resume in the middle, with its first batch', async () => {
  resumed.restore(JSON.parse(saved));
  return resumed.next();
});
if (String(first.labels) !== String(expected)) throw new Error('the order is another after a resume');

const images = Number(flags.images);
const start = performance.now();
await timed(`${images} images read and decoded in that order`, async () => {
  for (let done = 0; done < images; done += batchSize) await resumed.next();
});
console.log(`${((1000 * images) / (performance.now() - start)).toFixed(0)} images/s`);
await resumed.close();
await dataset.close();
if (own !== null) await rm(own, { recursive: true });
