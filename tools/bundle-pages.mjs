// Builds the pages of packages/dashboard: the playground that `ganymede export --to web` writes, into packages/exporters, and
// the dashboard that `ganymede serve` shows, into packages/dashboard. No page fetches anything from elsewhere.
import { copyFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { notingModules, noticesName, noticesOf } from './browser/notices.mjs';
import { tfjsCore, wasmFiles } from './browser/tfjs.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const require = createRequire(join(root, 'package.json'));
const dashboard = join(root, 'packages/dashboard');

const englishOnly = {
  name: 'zod-in-english',
  load: (/** @type {string} */ id) =>
    /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/.test(id) ? "export { default as en } from './en.js';" : null,
};

/** @param {string} name @param {string} outDir @param {boolean} hasGenerator */
async function page(name, outDir, hasGenerator) {
  /** @type {Set<string>} */
  const modules = new Set();
  await build({
    configFile: false,
    root: join(dashboard, name),
    base: './',
    publicDir: false,
    logLevel: 'warn',
    resolve: {
      alias: [{ find: /^@tensorflow\/tfjs$/, replacement: tfjsCore }],
      conditions: ['@ganymede/source', 'module', 'browser', 'import', 'default'],
    },
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    plugins: [englishOnly, notingModules(modules)],
    worker: { format: 'es', plugins: () => [englishOnly, notingModules(modules)] },
    build: {
      outDir,
      emptyOutDir: true,
      assetsDir: 'assets',
      assetsInlineLimit: 0,
      target: 'es2022',
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 2000,
    },
  });
  const wasm = hasGenerator ? wasmFiles(require) : [];
  for (const file of wasm) copyFileSync(file, join(outDir, 'assets', basename(file)));
  writeFileSync(join(outDir, noticesName), noticesOf([...modules, ...wasm]));
}

await page('playground', join(root, 'packages/exporters/page'), true);
await page('page', join(dashboard, 'pages'), false);
