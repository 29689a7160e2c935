import { z } from 'zod';
import { defineComponent } from '@ganymede/core';
import { TensorFlowBackend } from './tensorflow-backend.js';

export const tensorflow = defineComponent({
  slot: 'backend',
  id: 'tensorflow',
  summary: 'TensorFlow through its C API: compiled steps on CPU or GPU.',
  cites: ['https://github.com/tensorflow/tensorflow/blob/master/tensorflow/c/eager/c_api.h'],
  options: z.strictObject({
    threads: z.number().int().min(0).default(0).describe('threads within an op; 0: one for each core'),
    device: z
      .string()
      .regex(/^(cpu|gpu:\d+)$/, 'expected cpu, or gpu:0, gpu:1, ...')
      .default('cpu')
      .describe('cpu, or gpu:0, gpu:1, ...'),
    library: z
      .string()
      .min(1)
      .nullable()
      .default(null)
      .describe('folder of the two libraries; null looks for them'),
    jit: z.boolean().default(false).describe('compile steps with XLA: for GPUs; slower on a CPU'),
  }),
  create: (options) => new TensorFlowBackend(options),
});
