import { z } from 'zod';
import { generatorDamaged, generatorTooNew } from './errors.js';

/** Version of the format that is written, and the newest that is read. */
export const generatorFormatVersion = 1;
export const generatorFormat = 'ganymede-generator';
/** Name of the file that an exported generator begins with. */
export const generatorConfigName = 'config.json';

const choice = z.looseObject({ use: z.string() });

const file = z.object({
  /** Beside the config: a plain name, so that a config cannot send its reader elsewhere. */
  name: z.string().regex(/^[a-z0-9][a-z0-9._-]*$/i),
  bytes: z.int().positive(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type GeneratorFile = z.output<typeof file>;

const statistics = z.object({
  file,
  /** Convention of the thresholds. */
  convention: z.string(),
  /** Ascending; a row of every table each. */
  thresholds: z.array(z.number().min(0)).min(1),
  /**
   * Between two rows; `exchanged` gives the share of each to the other, as the code of the released BigGAN-deep models
   * does.
   */
  interpolation: z.enum(['linear', 'exchanged']),
  /** Whether a truncation of this convention takes them without being asked to, as the CLI does. */
  automatic: z.boolean(),
  /** How they were sampled: sums over so many batches; null where they came with the weights. */
  sampled: z.object({ batches: z.int(), batchSize: z.int(), seed: z.int() }).nullable(),
});

const direction = z.object({
  name: z.string(),
  /** Share of the change that the chunk of z makes, 0 to 1. */
  share: z.number(),
  /** Unit vector, [latentSize]. */
  vector: z.array(z.number()),
});
export type LatentDirection = z.output<typeof direction>;

/** What `config.json` of an exported generator says. */
export const generatorConfigSchema = z.object({
  format: z.literal(generatorFormat),
  version: z.int().positive(),
  /** Of the run. */
  name: z.string(),
  /** The component with its options; spectral norm is folded into the weights. */
  generator: choice,
  imageShape: z.object({
    height: z.int().positive(),
    width: z.int().positive(),
    channels: z.union([z.literal(1), z.literal(3), z.literal(4)]),
  }),
  classes: z.array(z.string()).min(1),
  prior: choice,
  weights: z.object({ precision: z.enum(['float16', 'float32']), files: z.array(file).min(1) }),
  statistics: statistics.nullable(),
  /** The threshold that the running statistics belong to, where one was chosen; null for the whole prior. */
  truncation: z.object({ convention: z.string(), threshold: z.number().positive() }).nullable(),
  trained: z.object({ step: z.int().min(0), weights: z.enum(['ema', 'trained']) }),
  directions: z.array(direction),
});
export type GeneratorConfig = z.output<typeof generatorConfigSchema>;
export type StatisticsConfig = NonNullable<GeneratorConfig['statistics']>;

/**
 * Checks what a config says.
 * @param where - its address or path, for messages
 * @throws GENERATOR_DAMAGED, GENERATOR_TOO_NEW
 */
export function parseGeneratorConfig(text: string, where: string): GeneratorConfig {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw generatorDamaged(where, 'JSON', error instanceof Error ? error.message : String(error));
  }
  const { format, version } = (json ?? {}) as { format?: unknown; version?: unknown };
  if (format !== generatorFormat)
    throw generatorDamaged(
      where,
      `the config of an exported generator`,
      JSON.stringify(format) ?? 'another file',
    );
  if (typeof version === 'number' && version > generatorFormatVersion)
    throw generatorTooNew(where, version, generatorFormatVersion);
  const parsed = generatorConfigSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw generatorDamaged(where, issue!.message, `another value at ${issue!.path.join('.') || 'the top'}`);
}
