import { z } from 'zod';
import { defineComponent } from '@ganymede/core';
import { TfjsNode, tfjsNodePackages } from './tfjs-node-backend.js';

export const tfjsNode = defineComponent({
  slot: 'backend',
  id: 'tfjs-node',
  summary: 'The @tensorflow/tfjs-node or tfjs-node-gpu that the project has already; steps run eagerly.',
  cites: ['https://github.com/tensorflow/tfjs/tree/master/tfjs-node'],
  options: z.strictObject({
    package: z
      .enum(['auto', ...tfjsNodePackages])
      .default('auto')
      .describe('auto: the GPU package, and where it does not load the other'),
    device: z.enum(['any', 'gpu']).default('any').describe('gpu: an error where TensorFlow sees none'),
    projectFolder: z.string().default('.').describe('folder whose packages are looked in'),
  }),
  create: (options) => new TfjsNode(options),
});
