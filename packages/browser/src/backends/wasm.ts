import * as tf from '@tensorflow/tfjs';
import { registerKernels } from '@ganymede/backend-wasm/kernels';
import type { StartBackend } from './browser-backend.js';

/** WebAssembly, with the kernels that the toolkit composes where tfjs has none or slow ones. */
export const startWasm: StartBackend = async ({ wasm }) => {
  if (typeof WebAssembly === 'undefined') return 'wasm: the browser has none';
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  setWasmPaths(typeof wasm === 'string' ? wasm : { ...wasm });
  if (!(await tf.setBackend('wasm')))
    return `wasm: its files did not load from ${typeof wasm === 'string' ? wasm : 'where they were said to be'}`;
  registerKernels('wasm');
  return null;
};
