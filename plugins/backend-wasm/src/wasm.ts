import { z } from 'zod';
import { defineComponent } from '@ganymede/core';
import { mostThreads } from './load-module.js';
import { WasmBackend } from './wasm-backend.js';

export const wasm = defineComponent({
  slot: 'backend',
  id: 'wasm',
  summary: 'WebAssembly with SIMD and threads: trains anywhere that Node runs, from npm alone.',
  cites: ['https://github.com/tensorflow/tfjs/tree/master/tfjs-backend-wasm'],
  options: z.strictObject({
    threads: z
      .number()
      .int()
      .min(0)
      .max(mostThreads)
      .default(0)
      .describe(`threads of convolutions and products; 0: one for each core, at most ${mostThreads}`),
  }),
  create: ({ threads }) => new WasmBackend(threads),
});
