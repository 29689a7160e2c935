import { join } from 'node:path';
import {
  latestCheckpoint,
  readCheckpoint,
  readRunConfig,
  runLayout,
  stepFolderName,
} from '@ganymede/checkpoints';
import { disposeNetwork, evaluationCall, GanymedeError } from '@ganymede/core';
import { averagedVariables } from '@ganymede/trainer';
import { runConfigSchema } from '../config/schema.js';
import { createContainer } from '../container.js';
import { noCheckpoint } from '../errors.js';
import { statisticsOfTruncation } from '../weights/truncation-statistics.js';
import { ImageGenerator } from './generate.js';
import { drawLatents, labelsPerClass, resolveClasses } from './latents.js';
import { createGenerator } from './networks.js';
import { openBackend } from './open-backend.js';
import { hostFloats, type SessionState } from './training-session.js';
import { accumulateStandingStatistics } from './standing-statistics.js';
import type { SampleOptions, SampleResult } from './types.js';
import { assignVariables } from './variables.js';

/**
 * Images from a run's generator. Needs no lock and changes nothing, so it works beside a run that goes on.
 * @throws RUN_NOT_FOUND, NO_CHECKPOINT, NO_AVERAGE, UNKNOWN_CLASS, BAD_COUNT
 */
export async function sample(options: SampleOptions): Promise<SampleResult> {
  const config = runConfigSchema.parse(await readRunConfig(options.run));
  const folder = await checkpointFolder(options.run, options.checkpoint ?? 'latest');
  const file = options.ema && config.ema ? 'ema.safetensors' : 'generator.safetensors';
  const { tensorFiles, state } = await readCheckpoint(folder, [file]);
  const { classes } = (state as SessionState).data;
  const container = await createContainer({
    config,
    plugins: options.plugins ?? [],
    runFolder: options.run,
  });
  const { backend } = await openBackend(container, options.backend ?? config.backend);
  const shape = { height: config.resolution, width: config.resolution, channels: config.channels };
  const generator = createGenerator(container.resolve('generator', config.generator), {
    imageShape: shape,
    classes: classes.length,
    seed: config.seed,
  });
  try {
    assignVariables(join(folder, file), averagedVariables(generator), {
      ...hostFloats(tensorFiles[file]!),
      ...hostFloats((await statisticsOfTruncation(folder, options.truncation)) ?? {}),
    });
    const labels = wantedLabels(options, classes);
    const source = options.truncation
      ? container.resolve('truncation', options.truncation)
      : container.resolve('prior', config.prior);
    const { z } = drawLatents(source, labels, generator.latentSize, options.seed);
    const { seed, statistics } = options;
    const batchSize = options.batchSize ?? Math.min(50, labels.length);
    if (statistics === 'standing') {
      await accumulateStandingStatistics(backend, generator, source, {
        batches: 16,
        batchSize: config.batchSize,
        seed,
      });
    }
    const images = new ImageGenerator(backend, generator, batchSize, { ...evaluationCall, statistics });
    try {
      return { images: await images.generate(z, labels, options.onProgress), labels, shape, classes };
    } finally {
      images.dispose();
    }
  } finally {
    disposeNetwork(generator);
    backend.dispose();
  }
}

function wantedLabels(
  { classes: wanted, count, perClass }: SampleOptions,
  names: readonly string[],
): Int32Array {
  const classes =
    wanted && wanted.length > 0 ? resolveClasses(wanted, names) : names.map((_, index) => index);
  if (count === undefined) return labelsPerClass(classes, perClass ?? 8);
  if (!Number.isInteger(count) || count < 1) {
    throw new GanymedeError('BAD_COUNT', `count: expected a positive integer, got ${count}`);
  }
  return Int32Array.from({ length: count }, (_, i) => classes[Math.floor((i * classes.length) / count)]!);
}

async function checkpointFolder(run: string, wanted: 'latest' | number): Promise<string> {
  if (typeof wanted === 'number') return join(run, runLayout.checkpoints, stepFolderName(wanted));
  const { checkpoint, skipped } = await latestCheckpoint(run);
  if (checkpoint) return checkpoint.folder;
  throw noCheckpoint(run, skipped.length);
}
