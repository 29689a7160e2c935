import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { existsSync } from 'node:fs';
import { readSafetensors, type HostTensors } from '@ganymede/checkpoints';
import { GanymedeError, type PluginHost } from '@ganymede/core';
import {
  generatorConfigName,
  generatorFormat,
  generatorFormatVersion,
  portableGenerators,
  portablePriors,
  type GeneratorConfig,
  type GeneratorFile,
  type LatentDirection,
} from '@ganymede/generator-files';
import {
  openGenerator,
  truncationStatisticsFile,
  type CheckpointChoice,
  type OpenedGenerator,
  readTrained,
} from '@ganymede/runs';
import { bytesPerElement, serializeSafetensors } from '@ganymede/safetensors';
import { foldGenerator, statisticsByTruncation } from './fold-generator.js';
import { halvedNames, shardTensors } from './shard-tensors.js';

/** Of the paper's convention, from where images hardly differ to nearly the whole prior. */
export const defaultThresholds = [0.125, 0.25, 0.375, 0.5, 0.75, 1, 1.5, 2];

export interface GeneratorExportOptions {
  /** Folder of the run. */
  readonly run: string;
  /** Name of the run, for the card and the page. */
  readonly name: string;
  readonly checkpoint?: CheckpointChoice;
  /** Weights of the moving average, where there are some; true by default. */
  readonly ema?: boolean;
  /** Matrices and kernels as float16; the default. */
  readonly precision?: 'float16' | 'float32';
  /** Thresholds that statistics are sampled at; [] for none. */
  readonly thresholds?: readonly number[];
  /** What the thresholds mean; `resample` by default. */
  readonly convention?: string;
  /** Another backend than the run's. */
  readonly backend?: { readonly use: string };
  readonly directions?: readonly LatentDirection[];
  readonly onProgress?: (done: number, total: number) => void;
}

/** A generator as files in memory. */
export interface GeneratorExport {
  readonly config: GeneratorConfig;
  /** By name, `config.json` among them. */
  readonly files: Readonly<Record<string, Uint8Array>>;
  /** Name of the data that it was trained on. */
  readonly data: string;
  /** The run's own config. */
  readonly runConfig: OpenedGenerator['config'];
  readonly latentSize: number;
}

/**
 * A run's generator as @ganymede/browser loads it: spectral norm folded into the weights, matrices and kernels as float16,
 * statistics of batch normalization at several thresholds. Needs no lock and changes nothing.
 * @throws RUN_NOT_FOUND, NO_CHECKPOINT, CANNOT_EXPORT_TO_WEB
 */
export async function exportGenerator(
  host: PluginHost,
  options: GeneratorExportOptions,
): Promise<GeneratorExport> {
  const { run, name, precision = 'float16', ema = true, directions = [] } = options;
  const opened = await openGenerator(host, {
    run,
    ema,
    ...(options.checkpoint !== undefined && { checkpoint: options.checkpoint }),
    ...(options.backend && { backend: options.backend }),
  });
  try {
    const { config: runConfig, generator, classes, step, isAverage } = opened;
    const { use } = runConfig.generator;
    if (!isOneOf(portableGenerators, use)) throw cannotExportToWeb('generator', portableGenerators, use);
    const { channels } = generator.imageShape;
    if (channels !== 1 && channels !== 3 && channels !== 4)
      throw cannotExportToWeb('channels', ['1', '3', '4'], String(channels));
    const prior = runConfig.prior;
    if (!isOneOf(portablePriors, prior.use)) throw cannotExportToWeb('prior', portablePriors, prior.use);
    const tensors = await foldGenerator(opened);
    const half = precision === 'float16' ? halvedNames(tensors) : new Set<string>();
    const bytes = (one: string, { data, dtype }: HostTensors[string]): number =>
      data.length * (half.has(one) ? 2 : bytesPerElement(dtype));
    const files: Record<string, Uint8Array> = {};
    const add = (file: string, content: Uint8Array): GeneratorFile => {
      files[file] = content;
      return {
        name: file,
        bytes: content.length,
        sha256: createHash('sha256').update(content).digest('hex'),
      };
    };
    const weights = shardTensors(tensors, bytes).map(({ name: file, tensors: own }) =>
      add(file, serializeSafetensors(own, { format: generatorFormat }, { float16: half })),
    );
    const tables = await tablesOf(opened, options);
    const config: GeneratorConfig = {
      format: generatorFormat,
      version: generatorFormatVersion,
      name,
      // It is folded in, where the network has it.
      generator: {
        ...runConfig.generator,
        ...('spectralNorm' in runConfig.generator && { spectralNorm: false }),
      },
      imageShape: { ...generator.imageShape, channels },
      classes: [...classes],
      prior,
      weights: { precision, files: weights },
      statistics: tables && {
        ...tables.about,
        file: add(
          'statistics.safetensors',
          serializeSafetensors(tables.tensors, { format: generatorFormat }),
        ),
      },
      truncation: null,
      trained: { step, weights: isAverage ? 'ema' : 'trained' },
      directions: [...directions],
    };
    files[generatorConfigName] = new TextEncoder().encode(`${JSON.stringify(config, null, 2)}\n`);
    const { state } = await readTrained(opened.folder, []);
    return { config, files, runConfig, data: state.data.name, latentSize: generator.latentSize };
  } finally {
    await opened.close();
  }
}

type Tables = {
  readonly tensors: HostTensors;
  readonly about: Omit<NonNullable<GeneratorConfig['statistics']>, 'file'>;
} | null;

/** Tables that came with the weights, or those that are sampled now. */
async function tablesOf(
  opened: OpenedGenerator,
  { thresholds = defaultThresholds, convention = 'resample', onProgress }: GeneratorExportOptions,
): Promise<Tables> {
  const own = join(opened.folder, truncationStatisticsFile);
  if (existsSync(own)) {
    const tensors = await readSafetensors(own);
    const rows = Object.values(tensors)[0]!.shape[0]!;
    const about = {
      convention: 'scaled',
      thresholds: Array.from({ length: rows }, (_, i) => i / (rows - 1)),
      interpolation: 'exchanged' as const,
      automatic: true,
      sampled: null,
    };
    return { tensors, about };
  }
  if (thresholds.length === 0) return null;
  const inOrder = [...thresholds].sort((a, b) => a - b);
  const sampled = { batches: 16, batchSize: opened.config.batchSize, seed: 0 };
  const tensors = await statisticsByTruncation(
    opened,
    { convention, thresholds: inOrder, batches: sampled.batches, seed: sampled.seed },
    onProgress,
  );
  return (
    tensors && {
      tensors,
      about: { convention, thresholds: inOrder, interpolation: 'linear', automatic: false, sampled },
    }
  );
}

const isOneOf = (all: readonly string[], one: string): boolean => all.includes(one);

function cannotExportToWeb(what: string, expected: readonly string[], got: string): GanymedeError {
  return new GanymedeError(
    'CANNOT_EXPORT_TO_WEB',
    `export of a generator with its loader: expected a ${what} of ${expected.join(', ')}, got ${got}`,
    { kind: 'usage', hint: 'safetensors takes every network.' },
  );
}
