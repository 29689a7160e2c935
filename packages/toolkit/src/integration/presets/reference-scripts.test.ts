import type { ResolvedConfig } from '@ganymede/config';
import { resolveConfig } from '../../operations.js';

/** Options of BigGAN-PyTorch's `utils.py` that decide what is trained, with its defaults. */
const defaults = {
  model: 'BigGAN',
  dataset: 'I128_hdf5',
  augment: false,
  G_ch: 64,
  D_ch: 64,
  G_depth: 1,
  D_depth: 1,
  D_wide: true,
  G_shared: false,
  shared_dim: 0,
  dim_z: 128,
  hier: false,
  G_attn: '64',
  D_attn: '64',
  G_init: 'ortho',
  D_init: 'ortho',
  G_lr: 5e-5,
  D_lr: 2e-4,
  G_B1: 0,
  D_B1: 0,
  G_B2: 0.999,
  D_B2: 0.999,
  batch_size: 64,
  num_G_accumulations: 1,
  num_D_accumulations: 1,
  num_D_steps: 2,
  split_D: false,
  ema: false,
  ema_decay: 0.9999,
  ema_start: 0,
  adam_eps: 1e-8,
  BN_eps: 1e-5,
  SN_eps: 1e-8,
  G_ortho: 0,
};
type Flags = Partial<typeof defaults>;

const large: Flags = {
  num_D_steps: 1,
  G_lr: 1e-4,
  D_lr: 4e-4,
  SN_eps: 1e-6,
  adam_eps: 1e-6,
  G_shared: true,
  hier: true,
  dim_z: 120,
  shared_dim: 128,
  ema: true,
  ema_start: 20_000,
};
const accumulations = (count: number): Flags => ({ num_G_accumulations: count, num_D_accumulations: count });
const cifar: Flags = {
  batch_size: 50,
  num_D_steps: 4,
  G_lr: 2e-4,
  D_lr: 2e-4,
  G_attn: '0',
  D_attn: '0',
  G_init: 'N02',
  D_init: 'N02',
  ema: true,
  ema_start: 1000,
};

/** What each file of its `scripts` folder sets, by the preset that follows it. */
const scripts: Record<string, { readonly script: string; readonly flags: Flags }> = {
  'biggan-128': {
    script: 'launch_BigGAN_bs256x8.sh',
    flags: { ...large, ...accumulations(8), batch_size: 256, G_ch: 96, D_ch: 96 },
  },
  'biggan-128-bs512x4': {
    script: 'launch_BigGAN_bs512x4.sh',
    flags: { ...large, ...accumulations(4), batch_size: 512, G_ch: 96, D_ch: 96 },
  },
  'biggan-128-ch64': {
    script: 'launch_BigGAN_ch64_bs256x8.sh',
    flags: { ...large, ...accumulations(8), batch_size: 256 },
  },
  'biggan-deep-128': {
    script: 'launch_BigGAN_deep.sh',
    flags: {
      ...large,
      ...accumulations(8),
      model: 'BigGANdeep',
      batch_size: 256,
      G_ch: 128,
      D_ch: 128,
      G_depth: 2,
      D_depth: 2,
      dim_z: 128,
    },
  },
  'sagan-128': {
    script: 'launch_SAGAN_bs128x2_ema.sh',
    flags: {
      ...accumulations(2),
      batch_size: 128,
      num_D_steps: 1,
      G_lr: 1e-4,
      D_lr: 4e-4,
      G_init: 'xavier',
      D_init: 'xavier',
      ema: true,
      ema_start: 2000,
    },
  },
  'sngan-128': {
    script: 'launch_SNGAN.sh',
    flags: {
      num_D_steps: 5,
      G_lr: 2e-4,
      D_lr: 2e-4,
      G_B2: 0.9,
      D_B2: 0.9,
      G_attn: '0',
      D_attn: '0',
      D_wide: false,
      G_init: 'xavier',
      D_init: 'xavier',
    },
  },
  cifar10: { script: 'launch_cifar_ema.sh', flags: { ...cifar, dataset: 'C10' } },
  cifar100: { script: 'launch_cifar_ema.sh, with --dataset C100', flags: { ...cifar, dataset: 'C100' } },
};

const initializations: Record<string, string> = { ortho: 'orthogonal', N02: 'normal', xavier: 'xavier' };
const resolutions: Record<string, number> = { I128_hdf5: 128, C10: 32, C100: 32 };
const attention = (flag: string): number[] =>
  flag
    .split('_')
    .map(Number)
    .filter((resolution) => resolution > 0);

/** The flags in this toolkit's words; options that a network does not have stand for what it always does. */
function expected(flags: Flags): Record<string, unknown> {
  const all = { ...defaults, ...flags };
  const adam = (beta1: number, beta2: number) => ({
    use: 'adam',
    beta1,
    beta2,
    epsilon: all.adam_eps,
    weightDecay: 0,
  });
  return {
    resolution: resolutions[all.dataset],
    flip: all.augment,
    batchSize: all.batch_size,
    accumulation: all.num_D_accumulations,
    discriminatorSteps: all.num_D_steps,
    splitDiscriminator: all.split_D,
    learningRates: { generator: all.G_lr, discriminator: all.D_lr },
    generatorOptimizer: adam(all.G_B1, all.G_B2),
    discriminatorOptimizer: adam(all.D_B1, all.D_B2),
    schedule: { use: 'constant' },
    loss: { use: 'hinge' },
    prior: { use: 'normal' },
    ema: all.ema ? { decay: all.ema_decay, start: all.ema_start } : null,
    regularizers: all.G_ortho > 0 ? [{ use: 'orthogonal', strength: all.G_ortho / 2 }] : [],
    generator: {
      channels: all.G_ch,
      depth: all.G_depth,
      attention: attention(all.G_attn),
      latentSize: all.dim_z,
      hierarchical: all.hier,
      sharedEmbedding: all.G_shared,
      ...(all.G_shared && { sharedSize: all.shared_dim || all.dim_z }),
      initialization: initializations[all.G_init],
      spectralNorm: true,
      powerIterations: 1,
      spectralNormEps: all.SN_eps,
      batchNormEps: all.BN_eps,
      normalization: 'batch',
    },
    discriminator: {
      channels: all.D_ch,
      depth: all.D_depth,
      attention: attention(all.D_attn),
      wide: all.D_wide,
      initialization: initializations[all.D_init],
      spectralNorm: true,
      powerIterations: 1,
      spectralNormEps: all.SN_eps,
      dropout: 0,
    },
  };
}

/** Options that the preset's networks do not have, and what a script must say for that to be right. */
const alwaysSo: Record<string, Record<string, unknown>> = {
  biggan: { depth: 1 },
  'biggan-deep': { hierarchical: true, sharedEmbedding: true, wide: true },
  sagan: {
    depth: 1,
    hierarchical: false,
    sharedEmbedding: false,
    wide: true,
    normalization: 'batch',
    dropout: 0,
  },
  sngan: {
    depth: 1,
    hierarchical: false,
    sharedEmbedding: false,
    wide: false,
    attention: [],
    normalization: 'batch',
    dropout: 0,
  },
};

function actual(config: ResolvedConfig): Record<string, unknown> {
  const network = ({ use, ...options }: ResolvedConfig['generator']): Record<string, unknown> => ({
    ...alwaysSo[use],
    ...options,
  });
  return { ...config, generator: network(config.generator), discriminator: network(config.discriminator) };
}

const useOf: Record<string, string> = { BigGAN: 'biggan', BigGANdeep: 'biggan-deep' };

describe.each(Object.entries(scripts))('%s', (id, { script, flags }) => {
  test(`is BigGAN-PyTorch's ${script}`, async () => {
    const { config } = await resolveConfig({
      preset: id,
      document: { data: { use: 'auto', path: '/data' } },
    });
    const { generator, discriminator, ...rest } = expected(flags);
    const found = actual(config);
    expect(found).toMatchObject(rest);
    for (const [network, options] of Object.entries({ generator, discriminator })) {
      expect(found[network]).toMatchObject(options as object);
    }
    expect(config.batchSize * config.accumulation).toBe(
      { ...defaults, ...flags }.batch_size * { ...defaults, ...flags }.num_G_accumulations,
    );
    const model = useOf[flags.model ?? 'BigGAN']!;
    expect(id.startsWith('sagan') || id.startsWith('sngan') || config.generator.use === model).toBe(true);
    expect(config.discriminator.use).toBe(config.generator.use);
  });
});
