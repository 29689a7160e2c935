import { z } from 'zod';
import { defineComponent } from '@ganymede/core';
import { TensorFlow } from './tensorflow-backend.js';

export const tensorflow = defineComponent({
  slot: 'backend',
  id: 'tensorflow',
  summary: "TensorFlow's own library through its C API, with compiled steps; CPU or GPU.",
  cites: ['https://www.tensorflow.org/install/lang_c'],
  options: z.strictObject({
    threads: z
      .number()
      .int()
      .min(0)
      .default(0)
      .describe('threads within an op, and ops at a time; 0: one for each core'),
    device: z
      .string()
      .regex(/^(cpu|gpu:\d+)$/, 'expected cpu or gpu:0, gpu:1, ...')
      .default('cpu')
      .describe('cpu, or gpu:0, gpu:1, ...'),
    libraryPath: z
      .string()
      .optional()
      .describe('folder of libtensorflow_cc.so.2 and libtensorflow_framework.so.2; found if absent'),
    jit: z.boolean().default(false).describe('compile steps with XLA: for GPUs, slower on a CPU'),
  }),
  create: (options) => new TensorFlow(options),
});
