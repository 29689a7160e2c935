import { z } from 'zod';
import { defineComponent } from '@ganymede/core';
import { Pjrt } from './pjrt-backend.js';

export const pjrt = defineComponent({
  slot: 'backend',
  id: 'pjrt',
  summary: 'XLA through a PJRT plugin of JAX: NVIDIA, AMD and Intel GPUs, TPUs; a processor build for tests.',
  cites: ['https://openxla.org/xla/pjrt'],
  options: z.strictObject({
    plugin: z
      .string()
      .optional()
      .describe(
        'path of a PJRT plugin (*.so), or a platform: cuda, cuda12, rocm, oneapi, tpu, xla-cpu; found if absent',
      ),
    device: z
      .number()
      .int()
      .min(0)
      .optional()
      .describe(
        "which of the plugin's devices, from 0; the first if absent, of several processes each its own",
      ),
    devices: z
      .union([z.literal('all'), z.number().int().min(1)])
      .default(1)
      .describe('devices, from that one on, that every batch is divided over; `all`: as many as there are'),
    products: z
      .enum(['exact', 'fast'])
      .default('exact')
      .describe('products of float32: exact, or as the hardware likes (TF32 on NVIDIA, bfloat16 on TPUs)'),
    memoryFraction: z
      .number()
      .positive()
      .max(1)
      .optional()
      .describe("share of a GPU's memory that may be taken; the plugin's default if absent"),
    cacheFolder: z
      .string()
      .nullable()
      .optional()
      .describe("where compiled steps are kept; the toolkit's cache if absent, null: nowhere"),
  }),
  create: (options) => new Pjrt(options),
});
