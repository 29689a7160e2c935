// Bundles what runs a generator in the packages that `ganymede export --to npm` writes, into packages/exporters: for pages a
// module with its worker, as packages/browser has them, and for Node a file with a tfjs of its own and one that borrows the
// program's, both without dependencies. tfjs's `.wasm` files serve both.
import { join } from 'node:path';
import { build } from 'esbuild';
import { bundleSettings, replaceBundle, root } from './browser/bundle.mjs';
import { ownEngine } from './browser/own-engine.mjs';

const target = join(root, 'packages/exporters/runtime');
const temporary = `${target}.${process.pid}`;

/** @satisfies {import('esbuild').BuildOptions} */
const settings = { ...bundleSettings, outdir: temporary, metafile: true };
const source = 'packages/browser/src';
/** @satisfies {import('esbuild').BuildOptions} */
const forPages = { ...settings, format: 'esm', platform: 'browser' };
/** @satisfies {import('esbuild').BuildOptions} */
const forNode = {
  ...settings,
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  mainFields: ['module', 'main'],
  outExtension: { '.js': '.cjs' },
  // tfjs asks for it where Node has no `fetch` of its own.
  external: ['node-fetch'],
};
const results = await Promise.all([
  build({ ...forPages, entryPoints: { page: `${source}/package/in-page.ts` } }),
  build({ ...forPages, entryPoints: { worker: `${source}/worker.ts` }, splitting: true }),
  build({
    ...forNode,
    plugins: [...settings.plugins, ownEngine],
    entryPoints: { node: `${source}/package/in-node.ts` },
  }),
  build({ ...forNode, entryPoints: { 'node-borrowed': `${source}/package/in-node-borrowed.ts` } }),
]);
replaceBundle(temporary, target, results);
