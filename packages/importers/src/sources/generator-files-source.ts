import { existsSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import type { HostTensor, HostTensors } from '@ganymede/checkpoints';
import type { ConfigDocument } from '@ganymede/config';
import { parseJson, resolutionOf } from '@ganymede/core';
import { readWholeFile } from '@ganymede/files';
import {
  generatorConfigName,
  generatorDamaged,
  generatorFormat,
  parseGeneratorConfig,
  type GeneratorConfig,
  type GeneratorFile,
} from '@ganymede/generator-files';
import { truncationStatisticsFile } from '@ganymede/runs';
import { parseSafetensors } from '@ganymede/safetensors';
import { expectFit } from '../errors.js';
import type { ImportedWeights } from './imported-weights.js';
import { isRunConfig } from './safetensors-source.js';

/** The run's config, which an export has beside the generator's folder. */
const runConfigName = 'run-config.json';

/**
 * The config of an exported generator that a path leads to: the folder that `export --to web` or `--to npm` wrote, the
 * generator in it, or the config itself. Null where there is none.
 */
export async function exportedGeneratorAt(path: string): Promise<string | null> {
  const places = [
    ...(basename(path) === generatorConfigName ? [path] : []),
    join(path, generatorConfigName),
    join(path, 'generator', generatorConfigName),
  ];
  for (const place of places)
    if (existsSync(place) && formatOf((await readWholeFile(place)).toString('utf8')) === generatorFormat)
      return place;
  return null;
}

/** The format that a config names; undefined of what is no JSON, and may be anything. */
function formatOf(text: string): unknown {
  try {
    return (JSON.parse(text) as { readonly format?: unknown } | null)?.format;
  } catch {
    return undefined;
  }
}

/**
 * What `ganymede export --to web` or `--to npm` wrote: the generator alone, with spectral norm folded in. Every file is
 * compared with the size and the SHA-256 that the config names.
 * @param where - path of the generator's config
 * @throws GENERATOR_DAMAGED naming the file, GENERATOR_TOO_NEW, CANNOT_READ
 */
export async function openGeneratorFiles(where: string): Promise<ImportedWeights> {
  const config = parseGeneratorConfig((await readWholeFile(where)).toString('utf8'), where);
  const folder = dirname(where);
  const contents: HostTensors[] = [];
  for (const file of config.weights.files) contents.push(await tensorsOf(folder, file));
  const tensors = merged(contents, where);
  const { statistics, classes, trained, weights, directions } = config;
  const isAutomatic = statistics?.automatic === true;
  const notes = [
    ...('spectralNorm' in config.generator
      ? ['spectral norm is folded into the weights: the network of this run has none']
      : []),
    ...(weights.precision === 'float16' ? ['weights were rounded to float16'] : []),
    ...(statistics && !isAutomatic
      ? ['statistics at several truncations are left out: sample with --statistics standing']
      : []),
    ...(directions.length > 0 ? ['directions are left out: `analyze directions` finds them again'] : []),
  ];
  const document = await documentOf(config, folder);
  if (document.notes) notes.push(document.notes);
  return {
    format: 'exported generator',
    document: document.config,
    complete: document.complete,
    classes: { count: classes.length, names: areNumbers(classes) ? null : classes },
    step: trained.step,
    networks: {
      generator: {
        path: where,
        tensors,
        fit: (target) => {
          // What only sampling accumulates is no part of an export.
          const needed = Object.entries(target).filter(
            ([name]) => name in tensors || !/(^|\.)standing(Mean|Variance|Count)$/.test(name),
          );
          expectFit(where, tensors, Object.fromEntries(needed));
          return tensors;
        },
      },
    },
    moments: {},
    extraFiles:
      statistics && isAutomatic
        ? { [truncationStatisticsFile]: await tensorsOf(folder, statistics.file) }
        : {},
    notes,
  };
}

/** @throws GENERATOR_DAMAGED naming the file, CANNOT_READ */
async function tensorsOf(folder: string, { name, bytes: size, sha256 }: GeneratorFile): Promise<HostTensors> {
  const path = join(folder, name);
  if (!existsSync(path)) throw generatorDamaged(path, 'a file of the exported generator', 'none');
  const bytes = await readWholeFile(path);
  if (bytes.length !== size) throw generatorDamaged(path, `${size} bytes`, String(bytes.length));
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== sha256) throw generatorDamaged(`${path}: SHA-256`, sha256.slice(0, 16), found.slice(0, 16));
  return parseSafetensors(bytes, path).tensors;
}

function merged(contents: readonly HostTensors[], where: string): HostTensors {
  const all: Record<string, HostTensor> = {};
  for (const [name, tensor] of contents.flatMap((one) => Object.entries(one))) {
    if (name in all) throw generatorDamaged(where, 'each tensor once', `${name} in two files`);
    all[name] = tensor;
  }
  return all;
}

const areNumbers = (classes: readonly string[]): boolean => classes.every((name, i) => name === String(i));

/** The run's recipe where it lies beside the generator, else what the generator alone tells. */
async function documentOf(
  { generator, imageShape, prior }: GeneratorConfig,
  folder: string,
): Promise<{ readonly config: ConfigDocument; readonly complete: boolean; readonly notes: string | null }> {
  const path = [join(folder, '..', runConfigName), join(folder, runConfigName)].find((one) =>
    existsSync(one),
  );
  const own = { generator, prior };
  if (path !== undefined) {
    const text = (await readWholeFile(path)).toString('utf8');
    const json = parseJson(text, (got) => generatorDamaged(path, 'JSON', got));
    if (!isRunConfig(json)) throw generatorDamaged(path, 'the config of a run', 'another file');
    const { plugins } = json as { readonly plugins?: readonly unknown[] };
    // Where a plugin lay is not told to strangers, so that it is not found again.
    if (!plugins || plugins.length === 0)
      return { config: { ...(json as ConfigDocument), ...own }, complete: true, notes: null };
  }
  return {
    config: {
      ...own,
      resolution: resolutionOf(imageShape),
      channels: imageShape.channels,
      ema: null,
    } as ConfigDocument,
    complete: false,
    notes: `the recipe is the default one: ${path === undefined ? `there is no ${runConfigName}` : 'that of the run needs its plugins'}`,
  };
}
