import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What pages have for `@tensorflow/tfjs`: its core. Kernels come with the engine; nothing here needs gradients. */
export const tfjsCore = '@tensorflow/tfjs-core';

/** The WebAssembly files of tfjs's engine; a browser fetches the one that it can run. @param {NodeJS.Require} require */
export function wasmFiles(require) {
  const folder = join(dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json')), 'dist');
  return readdirSync(folder)
    .filter((name) => name.endsWith('.wasm'))
    .map((name) => join(folder, name));
}
