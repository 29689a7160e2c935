// Bundles packages/browser for pages: a small module for the page, and a worker with tfjs's core, the networks and, each
// in a file of its own that is fetched when it is chosen, the engines. `--sizes` writes nothing and prints the bytes that
// a page fetches, gzipped, as JSON.
import { join } from 'node:path';
import { build } from 'esbuild';
import { bundleSettings, replaceBundle, root, wasm } from './browser/bundle.mjs';
import { fetchedBytes } from './browser/fetched-bytes.mjs';

const target = join(root, 'packages/browser/bundle');
const temporary = `${target}.${process.pid}`;
const onlySizes = process.argv.includes('--sizes');

/** @satisfies {import('esbuild').BuildOptions} */
const settings = {
  ...bundleSettings,
  format: 'esm',
  platform: 'browser',
  outdir: temporary,
  metafile: true,
  write: !onlySizes,
};
// In two, since what both had in common would be split off together with all that the worker needs.
const results = [
  await build({ ...settings, entryPoints: { index: 'packages/browser/src/index.ts' } }),
  await build({ ...settings, entryPoints: { worker: 'packages/browser/src/worker.ts' }, splitting: true }),
];

if (onlySizes) console.log(JSON.stringify(fetchedBytes(results, wasm)));
else replaceBundle(temporary, target, results);
