import { mixtureRow, type ClassMixture, chosenClasses } from '@ganymede/classes';
import { hashOfBytes } from '@ganymede/files';
import { evaluationCall, GanymedeError, type Prior, type Truncation, type PluginHost } from '@ganymede/core';
import {
  accumulateStandingStatistics,
  drawLatents,
  labelsPerClass,
  latentSource,
  openGenerator,
  type LatentBatch,
  type OpenedGenerator,
} from '@ganymede/runs';
import { closedAfter } from '@ganymede/workers';
import { basename, resolve } from 'node:path';
import { dealtImages } from './dealt-images.js';
import { classesAndMixture, samplerDrawsLatents } from './errors.js';
import { ImageMaker } from './image-maker.js';
import { readLatents } from './latents-file.js';
import { RunSampler, type SamplerDraw } from './run-sampler.js';
import { sampleManifest } from './sample-manifest.js';
import type { DrawOptions, SampleOptions, SampleResult } from './types.js';

/** Images that are made at a time where nothing else is asked for. */
const samplesAtATime = 50;

interface WantedLatents extends LatentBatch {
  readonly conditions: Int32Array | Float32Array;
  readonly sampling?: SampleResult['sampling'];
}

/**
 * Images from a run's generator. Needs no lock and changes nothing, so it works beside a run that goes on.
 * @throws RUN_NOT_FOUND, NO_CHECKPOINT, NO_BEST_CHECKPOINT, UNKNOWN_CLASS, BAD_COUNT, BAD_MIXTURE, LATENTS_DO_NOT_FIT;
 * with a sampler as `RunSampler`, and BAD_ARGUMENTS where it stands beside a mixture or latents
 */
export async function sample(host: PluginHost, options: SampleOptions): Promise<SampleResult> {
  if (options.sampler && options.mixture) throw samplerDrawsLatents('a mixture of classes');
  if (options.sampler && options.latents !== undefined) throw samplerDrawsLatents('latents of a file');
  const opened = await openGenerator(host, options);
  return closedAfter(
    opened.group,
    () => sampleOf(opened, options),
    () => opened.close(),
  );
}

async function sampleOf(opened: OpenedGenerator, options: SampleOptions): Promise<SampleResult> {
  const maker = new ImageMaker(opened);
  let sampler: RunSampler | null = null;
  try {
    sampler = options.sampler ? await RunSampler.open(options.run, opened, options.sampler) : null;
    const samples = await drawSamples(opened, maker, options, sampler);
    return { ...samples, manifest: { run: basename(resolve(options.run)), ...samples.manifest } };
  } finally {
    sampler?.dispose();
    maker.dispose();
  }
}

/**
 * The images that `sample` makes, of a generator that is open and may have made others.
 * @throws as `sample`, but for what opening throws
 */
export async function drawSamples(
  opened: OpenedGenerator,
  maker: ImageMaker,
  options: DrawOptions,
  sampler: RunSampler | null = null,
): Promise<SampleResult> {
  const { generator, backend, config, classes, shape, group } = opened;
  const ofTruncation = await opened.useStatisticsOf(options.truncation);
  const source = latentSource(opened, options.truncation);
  const { seed, statistics } = options;
  const call = { ...evaluationCall, statistics };
  if (statistics === 'standing') {
    await accumulateStandingStatistics(backend, generator, source, {
      batches: 16,
      batchSize: config.batchSize,
      seed,
    });
  }
  const { z, labels, conditions, sampling } = sampler
    ? await chosenLatents(sampler, options, classes, { source, call })
    : await wantedLatents(options, opened, source);
  const batchSize = options.batchSize ?? Math.min(samplesAtATime, labels.length);
  await group.expectSame({ latents: hashOf(z), labels: hashOf(conditions), batch: String(batchSize) });
  const wanted = { z, conditions, count: labels.length, shape, batchSize };
  const images = await dealtImages(maker.at(batchSize, call), group, {
    ...wanted,
    onProgress: options.onProgress,
  });
  const manifest = sampleManifest(opened, options, { labels, ...(sampling && { sampling }) }, ofTruncation);
  return { images, labels, shape, classes, manifest, ...(sampling && { sampling }) };
}

const hashOf = ({ buffer, byteOffset, byteLength }: Float32Array | Int32Array): string =>
  hashOfBytes(Buffer.from(buffer, byteOffset, byteLength)).slice(0, 12);

/** Latents that a sampler draws for the wanted classes. */
async function chosenLatents(
  sampler: RunSampler,
  options: DrawOptions,
  classes: readonly string[],
  { source, call }: Pick<SamplerDraw, 'source' | 'call'>,
): Promise<WantedLatents> {
  const labels = wantedLabels(options, classes);
  const { seed, batchSize = samplesAtATime, onSampling: onProgress } = options;
  const { z, ...sampling } = await sampler.draw(labels, { source, call, batchSize, seed, onProgress });
  return { z, labels, conditions: labels, sampling };
}

/** Latents with their labels, and what the generator is given: labels, or a mixture of classes for each image. */
async function wantedLatents(
  options: DrawOptions,
  { generator, classes, classList }: Pick<OpenedGenerator, 'generator' | 'classes' | 'classList'>,
  source: Prior | Truncation,
): Promise<WantedLatents> {
  if (options.mixture) return mixedLatents(options.mixture, options, { generator, classes }, source);
  if (options.latents === undefined) {
    const labels = wantedLabels(options, classes);
    const { z } = drawLatents(source, labels, generator.latentSize, options.seed);
    return { z, labels, conditions: labels };
  }
  const { z, classWeights, names } = await readLatents(options.latents, {
    latentSize: generator.latentSize,
    classes: classList,
  });
  const labels = Int32Array.from(names, (_, i) =>
    greatestOf(classWeights.subarray(i * classes.length, (i + 1) * classes.length)),
  );
  return { z, labels, conditions: classWeights };
}

/** The class that an image has most of. */
const greatestOf = (row: Float32Array): number => row.indexOf(row.reduce((a, b) => Math.max(a, b)));

/** The latents that are drawn for one class, every one with a mixture of several. */
function mixedLatents(
  mixture: ClassMixture,
  { classes: wanted, count, perClass, seed }: DrawOptions,
  { generator, classes }: Pick<OpenedGenerator, 'generator' | 'classes'>,
  source: Prior | Truncation,
): LatentBatch & { readonly conditions: Float32Array } {
  if (wanted) throw classesAndMixture('sample');
  const row = mixtureRow(mixture, classes);
  const images = expectCount(count ?? perClass ?? 8);
  const labels = new Int32Array(images).fill(greatestOf(row));
  const conditions = new Float32Array(images * row.length);
  for (let i = 0; i < images; i++) conditions.set(row, i * row.length);
  return { ...drawLatents(source, labels, generator.latentSize, seed), conditions };
}

/** @throws BAD_COUNT */
function expectCount(count: number): number {
  if (Number.isInteger(count) && count >= 1) return count;
  throw new GanymedeError('BAD_COUNT', `count: expected a positive integer, got ${count}`, { kind: 'usage' });
}

function wantedLabels(
  { classes: wanted, count, perClass }: DrawOptions,
  names: readonly string[],
): Int32Array {
  const classes = chosenClasses(wanted, names);
  if (count === undefined) return labelsPerClass(classes, perClass ?? 8);
  expectCount(count);
  return Int32Array.from({ length: count }, (_, i) => classes[Math.floor((i * classes.length) / count)]!);
}
