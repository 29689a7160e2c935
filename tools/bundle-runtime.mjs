// Bundles what runs a generator in the packages that `ganymede export --to npm` writes, into packages/exporters: for pages a
// module with its worker, as packages/browser has them, and for Node one file without dependencies. tfjs's `.wasm` files
// serve both.
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bundleSettings, replaceBundle, root } from './browser/bundle.mjs';

const target = join(root, 'packages/exporters/runtime');
const temporary = `${target}.${process.pid}`;

/** @satisfies {import('esbuild').BuildOptions} */
const settings = { ...bundleSettings, outdir: temporary };
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
// tfjs and noble are Apache-2.0 and MIT; the rest is this repository's.
copyFileSync(join(root, 'LICENSE'), join(temporary, 'LICENSE'));
copyFileSync(
  join(root, 'packages/tensorflow/licenses/apache-2.0.txt'),
  join(temporary, 'LICENSE-tfjs-apache-2.0.txt'),
);
replaceBundle(temporary, target);
