/**
 * What PJRT costs: `node tools/bench/pjrt.mjs [plugin.so]`; without a path, each plugin for processors of the cache.
 * Prints JSON: ms to compile and run a step around a 3x3 convolution (batch 50, 32 px, 64 to 64 channels: forward, input and
 * filter gradient, an update of the donated kernel), ms to load it from the cache, microseconds a call of a program of one
 * addition, GB/s to and from the device. Needs the built packages.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const require = createRequire(import.meta.url);
const { cpuPlugins, ExecutableCache, pinFolder, Plugin } = require('../../packages/pjrt/dist/index.js');
const hlo = require('../../packages/stablehlo/dist/index.js');

/** @type {readonly (readonly [low: number, high: number])[]} */
const padding = [
  [1, 1],
  [1, 1],
];
const f32 = (/** @type {number[]} */ ...shape) => hlo.tensorType('f32', shape);

function convolutionStep() {
  const module = new hlo.ModuleBuilder('convolution_step');
  const main = module.main();
  const x = main.argument(f32(50, 32, 32, 64));
  const kernel = main.argument(f32(3, 3, 64, 64));
  const y = hlo.convolution(x, kernel, {
    dimensions: { input: 'b01f', kernel: '01io', output: 'b01f' },
    padding,
  });
  const dy = hlo.multiply(y, hlo.splat(main, y.type, 1e-6));
  const dx = hlo.convolution(dy, kernel, {
    dimensions: { input: 'b01f', kernel: '01oi', output: 'b01f' },
    reverseKernel: true,
    padding,
  });
  const dk = hlo.convolution(x, dy, {
    dimensions: { input: 'f01b', kernel: 'i01o', output: '01bf' },
    padding,
  });
  const next = hlo.subtract(kernel, hlo.multiply(dk, hlo.splat(main, kernel.type, 1e-3)));
  main.return([next, hlo.reduce(dx, [0, 1, 2, 3], 'add')]);
  main.donate(kernel, 0);
  return String(module);
}

function addition() {
  const module = new hlo.ModuleBuilder('addition');
  const main = module.main();
  const x = main.argument(f32(4));
  main.return([hlo.add(x, x)]);
  return String(module);
}

const median = (/** @type {readonly number[]} */ values) =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
const round = (/** @type {number} */ value) => Number(value.toPrecision(3));

/**
 * Milliseconds, and the result.
 * @template T
 * @param {() => T} act
 * @returns {Promise<[milliseconds: number, result: Awaited<T>]>}
 */
async function timed(act) {
  const start = performance.now();
  const result = await act();
  return [performance.now() - start, result];
}

/** Microseconds a call, the median of five rounds. @param {number} count @param {() => unknown} act */
async function perCall(count, act) {
  const rounds = [];
  for (let i = 0; i < 5; i++) {
    const [milliseconds] = await timed(async () => {
      for (let k = 0; k < count; k++) await act();
    });
    rounds.push((milliseconds * 1e3) / count);
  }
  return round(median(rounds));
}

/** @param {string} file - the plugin's */
async function measure(file) {
  const client = await Plugin.load(file).createClient();
  const folder = mkdtempSync(join(tmpdir(), 'bench-pjrt-'));
  const cache = new ExecutableCache(folder);
  const [compile, made] = await timed(() => client.compile(convolutionStep(), { cache }));
  made.dispose();
  const [load, step] = await timed(() => client.compile(convolutionStep(), { cache }));
  rmSync(folder, { recursive: true });
  const x = client.upload(new Float32Array(50 * 32 * 32 * 64).fill(0.5), [50, 32, 32, 64]);
  let kernel = client.upload(new Float32Array(9 * 64 * 64).fill(0.01), [3, 3, 64, 64]);
  /** @type {number[]} */
  const runs = [];
  for (let i = 0; i < 8; i++) {
    const [milliseconds, [next, sum]] = await timed(() => step.run([x, kernel]));
    if (!next || !sum) throw new Error('convolution step: expected two results, got fewer');
    runs.push(milliseconds);
    sum.dispose();
    kernel = next;
  }

  const small = await client.compile(addition());
  const four = client.upload(new Float32Array(4), [4]);
  const microseconds = {
    start: await perCall(2000, () => small.start([four])[0]?.dispose()),
    startAndReadSync: await perCall(500, () => {
      const [y] = small.start([four]);
      y?.readSync();
      y?.dispose();
    }),
    run: await perCall(500, async () => (await small.run([four]))[0]?.dispose()),
  };

  const values = new Float32Array(16e6 / 4).fill(1);
  const up = [];
  const down = [];
  for (let i = 0; i < 12; i++) {
    const [sent, buffer] = await timed(() => client.upload(values, [values.length]));
    const [read] = await timed(() => buffer.readSync());
    up.push(values.byteLength / sent / 1e6);
    down.push(values.byteLength / read / 1e6);
    buffer.dispose();
  }
  await client.close();
  return {
    plugin: file.split('/').at(-1),
    compileMs: round(compile),
    loadMs: round(load),
    stepMs: round(median(runs)),
    microseconds,
    gigabytesPerSecond: { upload: round(median(up)), readSync: round(median(down)) },
  };
}

const [given] = process.argv.slice(2);
const files = given ? [given] : cpuPlugins.map((pin) => join(pinFolder(pin), pin.plugin));
for (const file of files) console.log(JSON.stringify(await measure(file), null, 2));
