import type { Preset } from './preset.js';

/** What `quickstart` is where there is no TensorFlow: narrower and shorter, since WebAssembly is slower by far. */
export const quickstartWasm: Preset = {
  id: 'quickstart-wasm',
  summary:
    'The quickstart for machines without TensorFlow: a narrower BigGAN on WebAssembly, from npm alone.',
  config: {
    backend: 'wasm',
    data: { use: 'shapes' },
    resolution: 32,
    generator: {
      use: 'biggan',
      channels: 8,
      attention: [],
      latentSize: 32,
      hierarchical: false,
      sharedEmbedding: false,
      initialization: 'normal',
    },
    discriminator: { use: 'biggan', channels: 8, attention: [], initialization: 'normal' },
    loss: 'hinge',
    learningRates: { generator: 2e-4, discriminator: 4e-4 },
    steps: 500,
    batchSize: 16,
    discriminatorSteps: 1,
    ema: { decay: 0.98, start: 50 },
    checkpoint: { every: 100, keepLast: 2 },
    sample: { every: 50, perClass: 4 },
    // A run this short is over in few looks at the usual interval.
    stabilizers: [
      'non-finite',
      { use: 'spectrum', interval: 25 },
      { use: 'probe', interval: 25 },
      'collapse-guard',
    ],
  },
};
