import { copyFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { modulesOf, noticesName, noticesOf } from './notices.mjs';
import { tfjsCore, wasmFiles } from './tfjs.mjs';
import { englishOnly } from './zod-locales.mjs';

export const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const require = createRequire(join(root, 'package.json'));

/** tfjs's `.wasm` files. */
export const wasm = wasmFiles(require);

/** How packages/browser is bundled, for pages and for Node. @satisfies {import('esbuild').BuildOptions} */
export const bundleSettings = {
  absWorkingDir: root,
  bundle: true,
  minify: true,
  target: 'es2022',
  conditions: ['@ganymede/source'],
  alias: { '@tensorflow/tfjs': tfjsCore },
  chunkNames: '[name]-[hash]',
  legalComments: /** @type {const} */ ('none'),
  plugins: [englishOnly],
  logLevel: /** @type {const} */ ('warning'),
};

/**
 * A bundle with tfjs's `.wasm` files and all licences takes the place of the one before it.
 * @param {string} temporary
 * @param {string} target
 * @param {readonly import('esbuild').BuildResult<{ metafile: true }>[]} results - what wrote the bundle
 */
export function replaceBundle(temporary, target, results) {
  for (const file of wasm) copyFileSync(file, join(temporary, basename(file)));
  writeFileSync(join(temporary, noticesName), noticesOf([...modulesOf(results), ...wasm]));
  rmSync(target, { recursive: true, force: true });
  mkdirSync(dirname(target), { recursive: true });
  renameSync(temporary, target);
}
