/**
 * What a PJRT plugin offers: prints one JSON object with its versions, its devices and the largest error of a product of
 * float32, exact and as the hardware likes. Exits with 1 where the exact one is not.
 *
 * usage: node tools/gpu-check/devices.mjs [plugin.so]
 */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { clientOptionsOf, findPlugin, Plugin } = require('../../packages/pjrt/dist/index.js');
const hlo = require('../../packages/stablehlo/dist/index.js');

const f32 = (/** @type {number[]} */ ...shape) => hlo.tensorType('f32', shape);
const file = process.argv[2] ?? findPlugin().file;
const plugin = Plugin.load(file);
const start = performance.now();
const client = await plugin.createClient({ options: clientOptionsOf(file) });
const clientSeconds = (performance.now() - start) / 1000;

/** A product of integers, which float32 holds exactly and TF32 (11 bits) and bfloat16 (8 bits) do not. @param {'HIGHEST' | 'DEFAULT'} precision */
function productError(precision) {
  const n = 64;
  const module = new hlo.ModuleBuilder('product');
  const main = module.main();
  const a = main.argument(f32(n, n));
  const b = main.argument(f32(n, n));
  main.return([hlo.dotGeneral(a, b, { contracting: [[1], [0]], precision })]);
  const left = Float32Array.from({ length: n * n }, (_, i) => ((i * 7919) % 4093) - 2046);
  const right = Float32Array.from({ length: n * n }, (_, i) => ((i * 104729) % 61) - 30);
  const executable = client.compileSync(String(module));
  const [result] = executable.start([client.upload(left, [n, n]), client.upload(right, [n, n])]);
  if (!result) throw new Error('devices: expected a result of the product, got none');
  const values = result.readSync();
  let worst = 0;
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      let exact = 0;
      for (let k = 0; k < n; k++) exact += (left[i * n + k] ?? NaN) * (right[k * n + j] ?? NaN);
      worst = Math.max(worst, Math.abs(Number(values[i * n + j]) - exact));
    }
  return worst;
}

const exact = productError('HIGHEST');
const fast = productError('DEFAULT');
console.log(
  JSON.stringify({
    plugin: file,
    api: plugin.apiVersion,
    attributes: plugin.attributes,
    platform: client.platform,
    version: client.platformVersion.split('\n')[0],
    devices: client.devices.map(({ kind, id }) => ({ kind, id })),
    memory: client.devices[0]?.memory(),
    clientSeconds,
    productError: { exact, fast },
  }),
);
process.exit(exact === 0 ? 0 : 1);
