// Bundles what runs a generator in the packages that `ganymede export --to npm` writes, into packages/exporters: for pages a
// module with its worker, as packages/browser has them, and for Node one file without dependencies. tfjs's `.wasm` files
// serve both.
import { copyFileSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { tfjsCore, wasmFiles } from './browser/tfjs.mjs';
import { englishOnly } from './browser/zod-locales.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const require = createRequire(join(root, 'package.json'));
const target = join(root, 'packages/exporters/runtime');
const temporary = `${target}.${process.pid}`;

/** @satisfies {import('esbuild').BuildOptions} */
const settings = {
  absWorkingDir: root,
  bundle: true,
  minify: true,
  target: 'es2022',
  conditions: ['@ganymede/source'],
  alias: { '@tensorflow/tfjs': tfjsCore },
  outdir: temporary,
  chunkNames: '[name]-[hash]',
  legalComments: 'none',
  plugins: [englishOnly],
  logLevel: 'warning',
};
const source = 'packages/browser/src';
/** @satisfies {import('esbuild').BuildOptions} */
const forPages = { ...settings, format: 'esm', platform: 'browser' };
await Promise.all([
  build({ ...forPages, entryPoints: { page: `${source}/package/in-page.ts` } }),
  build({ ...forPages, entryPoints: { worker: `${source}/worker.ts` }, splitting: true }),
  build({
    ...settings,
    entryPoints: { node: `${source}/package/in-node.ts` },
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    mainFields: ['module', 'main'],
    outExtension: { '.js': '.cjs' },
    // tfjs asks for it where Node has no `fetch` of its own.
    external: ['node-fetch'],
  }),
]);
for (const file of wasmFiles(require)) copyFileSync(file, join(temporary, basename(file)));
// tfjs and noble are Apache-2.0 and MIT; the rest is this repository's.
copyFileSync(join(root, 'LICENSE'), join(temporary, 'LICENSE'));
copyFileSync(
  join(root, 'packages/tensorflow/licenses/apache-2.0.txt'),
  join(temporary, 'LICENSE-tfjs-apache-2.0.txt'),
);
rmSync(target, { recursive: true, force: true });
mkdirSync(dirname(target), { recursive: true });
renameSync(temporary, target);
