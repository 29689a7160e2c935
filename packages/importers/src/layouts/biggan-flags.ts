import { GanymedeError, numberAt, type Resolution, type Scheduled } from '@ganymede/core';
import { z } from 'zod';

const attention = z
  .string()
  .regex(/^\d+(_\d+)*$/)
  .transform((text) => (text === '0' ? [] : text.split('_').map(Number)));
const count = z.int().positive();
const rate = z.number().positive();
const beta = z.number().min(0).lt(1);

/**
 * The flags of BigGAN-PyTorch's train.py that say what the networks and the recipe are, with the defaults of its
 * utils.py. Its config also has `resolution`, `n_classes` and the name of the model's file.
 */
const flagsSchema = z
  .object({
    model: z.enum(['BigGAN', 'BigGANdeep']).optional(),
    /** The same, as fixtures name it. */
    module: z.enum(['BigGAN', 'BigGANdeep']).optional(),
    resolution: count,
    n_classes: count,
    G_ch: count.default(64),
    D_ch: count.default(64),
    G_depth: count.default(1),
    D_depth: count.default(1),
    G_attn: attention.default([64]),
    D_attn: attention.default([64]),
    D_wide: z.boolean().default(true),
    G_shared: z.boolean().default(false),
    shared_dim: z.int().nonnegative().default(0),
    dim_z: count.default(128),
    hier: z.boolean().default(false),
    G_init: z.string().default('ortho'),
    D_init: z.string().default('ortho'),
    G_param: z.string().default('SN'),
    num_G_SVs: count.default(1),
    num_D_SVs: count.default(1),
    num_G_SV_itrs: count.default(1),
    num_D_SV_itrs: count.default(1),
    BN_eps: rate.default(1e-5),
    SN_eps: rate.default(1e-8),
    adam_eps: rate.default(1e-8),
    G_lr: rate.default(5e-5),
    D_lr: rate.default(2e-4),
    G_B1: beta.default(0),
    G_B2: beta.default(0.999),
    D_B1: beta.default(0),
    D_B2: beta.default(0.999),
    batch_size: count.default(64),
    num_D_steps: count.default(2),
    num_D_accumulations: count.default(1),
    num_G_accumulations: count.default(1),
    split_D: z.boolean().default(false),
    ema: z.boolean().default(false),
    ema_decay: beta.default(0.9999),
    ema_start: z.int().nonnegative().default(0),
    G_ortho: z.number().min(0).default(0),
    D_ortho: z.number().min(0).default(0),
    seed: z.int().nonnegative().default(0),
  })
  .refine(({ model, module }) => (model ?? module) !== undefined, { path: ['model'], message: 'missing' });

export type BigGanPyTorchFlags = z.output<typeof flagsSchema>;

/** What the flags mean here: the keys of a run's config, but for the data. */
export interface BigGanPyTorchRecipe {
  readonly classes: number;
  readonly document: Readonly<Record<string, unknown>> & {
    readonly resolution: number;
    readonly generator: { readonly use: string; readonly [option: string]: unknown };
    readonly discriminator: { readonly use: string; readonly [option: string]: unknown };
  };
}

/** Whether a JSON file holds flags of BigGAN-PyTorch. */
export function isBigGanPyTorchFlags(json: unknown): boolean {
  return typeof json === 'object' && json !== null && 'G_ch' in json && 'resolution' in json;
}

/** @throws BAD_WEIGHTS_CONFIG listing every flag that is not what BigGAN-PyTorch takes */
export function parseBigGanPyTorchFlags(json: unknown, what = 'config.json'): BigGanPyTorchFlags {
  const result = flagsSchema.safeParse(json);
  if (result.success) return result.data;
  throw new GanymedeError(
    'BAD_WEIGHTS_CONFIG',
    `${what}: expected the flags of BigGAN-PyTorch's train.py, got ${z.prettifyError(result.error)}`,
    {
      kind: 'data',
      hint: 'Leave the file out: then the import derives the architecture from names and shapes.',
    },
  );
}

const initializations: Readonly<Record<string, string>> = {
  ortho: 'orthogonal',
  N02: 'normal',
  glorot: 'xavier',
  xavier: 'xavier',
};

/**
 * BigGAN-PyTorch's flags as keys of a config here. Its `G_ortho` adds half of the gradient of the loss whose strength
 * `orthogonal` has, so that it is halved. `batch_size` and the accumulations are those of a step of D.
 */
export function bigganPyTorchRecipe(flags: BigGanPyTorchFlags): BigGanPyTorchRecipe {
  const deep = (flags.model ?? flags.module) === 'BigGANdeep';
  const use = deep ? 'biggan-deep' : 'biggan';
  const networkOf = (network: 'G' | 'D'): { use: string; [option: string]: unknown } => ({
    use,
    channels: flags[`${network}_ch`],
    attention: flags[`${network}_attn`],
    initialization: initializations[flags[`${network}_init`]] ?? 'orthogonal',
    powerIterations: flags[`num_${network}_SV_itrs`],
    singularValues: flags[`num_${network}_SVs`],
    spectralNormEps: flags.SN_eps,
    ...(deep && { depth: flags[`${network}_depth`] }),
  });
  const adam = (beta1: number, beta2: number): object => ({
    use: 'adam',
    beta1,
    beta2,
    epsilon: flags.adam_eps,
  });
  const sharedSize = flags.shared_dim > 0 ? flags.shared_dim : flags.dim_z;
  // BigGANdeep.py conditions every block on the shared embedding and all of z, whatever the flags say.
  const conditions = deep
    ? { sharedSize }
    : {
        hierarchical: flags.hier,
        sharedEmbedding: flags.G_shared,
        ...(flags.G_shared && { sharedSize }),
      };
  const orthogonal = (['generator', 'discriminator'] as const).flatMap((network) => {
    const strength = network === 'generator' ? flags.G_ortho : flags.D_ortho;
    if (strength === 0) return [];
    // Without a shared embedding, gains and biases are embeddings, which BigGAN-PyTorch regularizes class by class.
    const embeddings = !deep && network === 'generator' && !flags.G_shared;
    return [
      {
        use: 'orthogonal',
        network,
        strength: strength / 2,
        ...(embeddings && { exclude: ['*.gain.weight', '*.bias.weight'] }),
      },
    ];
  });
  return {
    classes: flags.n_classes,
    document: {
      seed: flags.seed,
      resolution: flags.resolution,
      generator: {
        ...networkOf('G'),
        spectralNorm: flags.G_param === 'SN',
        latentSize: flags.dim_z,
        batchNormEps: flags.BN_eps,
        ...conditions,
      },
      discriminator: { ...networkOf('D'), ...(!deep && { wide: flags.D_wide }) },
      loss: 'hinge',
      prior: 'normal',
      regularizers: orthogonal,
      generatorOptimizer: adam(flags.G_B1, flags.G_B2),
      discriminatorOptimizer: adam(flags.D_B1, flags.D_B2),
      learningRates: { generator: flags.G_lr, discriminator: flags.D_lr },
      batchSize: flags.batch_size,
      accumulation: flags.num_D_accumulations,
      discriminatorSteps: flags.num_D_steps,
      splitDiscriminator: flags.split_D,
      ema: flags.ema ? { decay: flags.ema_decay, start: flags.ema_start } : null,
    },
  };
}

/** What {@link bigganFlagsOf} reads of a run's config. */
interface BigGanConfig {
  readonly seed: number;
  /** One of those that BigGAN.py has widths for. */
  readonly resolution: Resolution;
  readonly generator: Readonly<Record<string, unknown>>;
  readonly discriminator: Readonly<Record<string, unknown>>;
  readonly generatorOptimizer: Readonly<Record<string, unknown>>;
  readonly discriminatorOptimizer: Readonly<Record<string, unknown>>;
  readonly learningRates: { readonly generator: Scheduled; readonly discriminator: Scheduled };
  readonly batchSize: number;
  readonly accumulation: number;
  readonly discriminatorSteps: number;
  readonly splitDiscriminator: boolean;
  readonly ema: {
    readonly decay: Scheduled;
    readonly start: number;
    readonly halfLife: Scheduled | null;
  } | null;
  readonly regularizers: readonly Readonly<Record<string, unknown>>[];
}

/**
 * The other way round: the flags that build the networks of a config in BigGAN-PyTorch, and those of the recipe that it
 * has. Its one `SN_eps` is the generator's; of a number on a schedule, which it has none of, it gets the first value.
 */
export function bigganFlagsOf(config: BigGanConfig, classes: number): Readonly<Record<string, unknown>> {
  const { generator, discriminator, generatorOptimizer, discriminatorOptimizer, learningRates } = config;
  const start = { step: 0, images: 0 };
  const deep = generator['use'] === 'biggan-deep';
  const flagOf = (initialization: unknown): string =>
    Object.entries(initializations).find(([, ours]) => ours === initialization)?.[0] ?? 'ortho';
  const strengthOf = (network: string): number => {
    const found = config.regularizers.find(
      (one) => one['use'] === 'orthogonal' && one['network'] === network,
    );
    return found ? 2 * Number(found['strength']) : 0;
  };
  const beta2Of = (optimizer: Readonly<Record<string, unknown>>): number =>
    numberAt((optimizer['beta2'] ?? 0.999) as Scheduled, start);
  const attentionFlag = (resolutions: unknown): string => (resolutions as number[]).join('_') || '0';
  return {
    source: 'BigGAN-PyTorch',
    model: deep ? 'BigGANdeep' : 'BigGAN',
    resolution: config.resolution,
    n_classes: classes,
    G_ch: generator['channels'],
    D_ch: discriminator['channels'],
    ...(deep ? { G_depth: generator['depth'], D_depth: discriminator['depth'] } : {}),
    G_attn: attentionFlag(generator['attention']),
    D_attn: attentionFlag(discriminator['attention']),
    D_wide: discriminator['wide'] ?? true,
    G_shared: generator['sharedEmbedding'] ?? true,
    hier: generator['hierarchical'] ?? true,
    shared_dim: generator['sharedSize'] ?? 0,
    dim_z: generator['latentSize'],
    G_init: flagOf(generator['initialization']),
    D_init: flagOf(discriminator['initialization']),
    G_param: generator['spectralNorm'] === false ? 'none' : 'SN',
    num_G_SVs: generator['singularValues'],
    num_D_SVs: discriminator['singularValues'],
    num_G_SV_itrs: generator['powerIterations'],
    num_D_SV_itrs: discriminator['powerIterations'],
    SN_eps: generator['spectralNormEps'],
    BN_eps: generator['batchNormEps'],
    G_lr: numberAt(learningRates.generator, start),
    D_lr: numberAt(learningRates.discriminator, start),
    G_B1: generatorOptimizer['beta1'] ?? 0,
    G_B2: beta2Of(generatorOptimizer),
    D_B1: discriminatorOptimizer['beta1'] ?? 0,
    D_B2: beta2Of(discriminatorOptimizer),
    adam_eps: generatorOptimizer['epsilon'] ?? 1e-8,
    batch_size: config.batchSize,
    num_D_accumulations: config.accumulation,
    num_G_accumulations: config.accumulation,
    num_D_steps: config.discriminatorSteps,
    split_D: config.splitDiscriminator,
    ema: config.ema !== null,
    // A half-life in images is no decay for each step: theirs has no place for it.
    ...(config.ema && {
      ...(config.ema.halfLife === null && { ema_decay: numberAt(config.ema.decay, start) }),
      ema_start: config.ema.start,
    }),
    G_ortho: strengthOf('generator'),
    D_ortho: strengthOf('discriminator'),
    seed: config.seed,
  };
}
