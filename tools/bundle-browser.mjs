// Bundles packages/browser for pages: a small module for the page, and a worker with tfjs's core, the networks and, each
// in a file of its own that is fetched when it is chosen, the engines. `--sizes` writes nothing and prints the bytes that
// a page fetches, gzipped, as JSON.
import { copyFileSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { fetchedBytes } from './browser/fetched-bytes.mjs';
import { tfjsCore, wasmFiles } from './browser/tfjs.mjs';
import { englishOnly } from './browser/zod-locales.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const require = createRequire(join(root, 'package.json'));
const target = join(root, 'packages/browser/bundle');
const temporary = `${target}.${process.pid}`;
const onlySizes = process.argv.includes('--sizes');

/** @satisfies {import('esbuild').BuildOptions} */
const settings = {
  absWorkingDir: root,
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
  conditions: ['@ganymede/source'],
  alias: { '@tensorflow/tfjs': tfjsCore },
  outdir: temporary,
  chunkNames: '[name]-[hash]',
  legalComments: 'none',
  metafile: true,
  write: !onlySizes,
  plugins: [englishOnly],
  logLevel: 'warning',
};
// In two, since what both had in common would be split off together with all that the worker needs.
const results = [
  await build({ ...settings, entryPoints: { index: 'packages/browser/src/index.ts' } }),
  await build({ ...settings, entryPoints: { worker: 'packages/browser/src/worker.ts' }, splitting: true }),
];

if (onlySizes) console.log(JSON.stringify(fetchedBytes(results, wasmFiles(require))));
else {
  for (const file of wasmFiles(require)) copyFileSync(file, join(temporary, basename(file)));
  rmSync(target, { recursive: true, force: true });
  mkdirSync(dirname(target), { recursive: true });
  renameSync(temporary, target);
}
