import { readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { Dataset, ComponentChoice } from '@ganymede/core';
import { withoutSheets } from '@ganymede/datasets';
import sharp from 'sharp';
import { relabelled } from '../classes/relabel.js';
import { createContainer } from '../container.js';
import { imagesOfOtherSize } from './errors.js';
import { dataCache, referencesCache } from '../run/cache.js';
import { openBackend } from '../run/open-backend.js';
import { resolvePrecision } from '../run/precision.js';
import { referenceConditions } from './evaluate-run.js';
import { FeatureReader } from './feature-reader.js';
import { datasetImages } from './image-set.js';
import type { Evaluation } from './manifest.js';
import { chooseMetrics, expectEnough, measure, referenceSummaries } from './measure.js';
import { intervalCautions, Resampler } from './resampler.js';
import { ReferenceCache } from './reference-cache.js';
import type { EvaluateImagesOptions } from './types.js';
import { describeVersions } from './versions.js';

const defaultMetrics: readonly ComponentChoice[] = [{ use: 'fid' }];

/**
 * Measures one set of images against another: two folders, archives, or whatever a dataset component opens.
 * @throws IMAGE_SIZES_DIFFER, WEIGHTS_NOT_FOUND, and what data, extractor and metrics throw
 */
export async function evaluateImages(options: EvaluateImagesOptions): Promise<Evaluation> {
  const { seed = 0, channels = 3, onProgress, signal } = options;
  const container = await createContainer({ plugins: options.plugins ?? [] });
  const metrics = chooseMetrics(container, options.metrics ?? defaultMetrics);
  const extractor = container.resolve('featureExtractor', options.extractor ?? { use: 'inception-v3' });
  const resolution = options.resolution ?? (await commonResolution([options.real, options.fake]));
  const { backend, description } = await openBackend(container, options.backend ?? { use: 'auto' });
  const opened: Dataset[] = [];
  const precision = resolvePrecision(options.precision ?? 'float32', description);
  const reader = new FeatureReader({ backend, extractor, precision });
  try {
    await extractor.load();
    for (const choice of [options.real, options.fake]) {
      const dataset = await container.resolve('dataset', choice).open({
        cacheFolder: dataCache(),
        resolution,
        channels,
        strict: true,
        onProgress: (done, total) => onProgress?.({ part: 'data', done, total }),
      });
      opened.push(dataset);
    }
    const needsLabels = metrics.some(({ metric }) => metric.needs.includes('labels'));
    const compared = needsLabels ? sameClasses(opened[0]!, opened[1]!) : opened;
    const [real, fake] = compared.map((dataset) => datasetImages(dataset, 0, options.samples));
    expectEnough(metrics, reader.shapeOf(real!), fake!.count);
    const conditions = referenceConditions(extractor, opened[0]!, real!, options.real, precision);
    const cache = options.cache === false ? null : new ReferenceCache(referencesCache());
    const reading = (part: 'first' | 'second') => ({
      onProgress: (done: number, total: number) => onProgress?.({ part, done, total }),
      ...(signal && { signal }),
    });
    const start = performance.now();
    const first = await referenceSummaries(real!, metrics, reader, cache, conditions, reading('first'));
    const middle = performance.now();
    const resampler = options.bootstrap ? new Resampler(metrics, options.bootstrap) : null;
    const kinds = metrics.map(({ metric }) => metric);
    const second = await reader.summarize(fake!, kinds, {
      ...reading('second'),
      ...(resampler && { onBatch: (batch) => resampler.keep(batch) }),
    });
    const end = performance.now();
    const measured = await measure(metrics, first, second, seed, (metric) =>
      onProgress?.({ part: 'metric', metric }),
    );
    const intervals = await resampler?.intervals(first, reader.shapeOf(fake!), seed);
    return {
      format: 1,
      subject: { name: opened[1]!.name },
      numbers: measured.numbers,
      ...(intervals && { intervals }),
      directions: measured.directions,
      manifest: {
        measurement: { ...conditions, samples: fake!.count },
        metrics: measured.metrics,
        sampling: { images: opened[1]!.name, imagesFingerprint: opened[1]!.fingerprint },
        environment: describeVersions(description, precision, seed),
      },
      cautions: [...measured.cautions, ...intervalCautions(intervals, options.bootstrap)],
      seconds: {
        reference: (middle - start) / 1000,
        generated: (end - middle) / 1000,
        metrics: measured.seconds,
      },
    };
  } finally {
    reader.dispose();
    extractor.dispose();
    for (const dataset of opened) await dataset.close();
    backend.dispose();
  }
}

/** Both sets with labels of the first; a metric of classes over other classes would be another number. */
function sameClasses(real: Dataset, fake: Dataset): readonly [Dataset, Dataset] {
  const hint =
    'Give both the same classes, under the same names, or leave out metrics that compare class by class.';
  const classes = { count: real.classes.length, names: real.classes };
  return [real, relabelled(fake, classes, { whose: real.name, hint })];
}

/**
 * The side of the images, where all files of both folders are squares of one size. Other images would be cropped and
 * resized before the extractor resizes them, which is not what a reference does: the user has to ask for it.
 */
async function commonResolution(choices: readonly ComponentChoice[]): Promise<number> {
  let found: { readonly size: string; readonly side: number } | null = null;
  for (const { path } of choices) {
    if (typeof path !== 'string') continue;
    for (const file of await imageFiles(path)) {
      const { width, height } = await sharp(file).metadata();
      const size = `${width} x ${height}`;
      if (width !== height) throw imagesOfOtherSize(file, 'a square', size);
      if (found && found.size !== size) throw imagesOfOtherSize(file, found.size, size);
      found ??= { size, side: width };
    }
  }
  // Archives and binary formats hold images of one size, which the dataset knows; CIFAR's is 32.
  return found?.side ?? 32;
}

const imageName = /\.(png|jpe?g|webp|bmp|gif|tiff?)$/i;

async function imageFiles(path: string): Promise<readonly string[]> {
  if (!(await stat(path).catch(() => null))?.isDirectory()) return [];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const images = entries
    .filter((entry) => entry.isFile() && imageName.test(entry.name))
    .map((entry) => ({ path: relative(path, join(entry.parentPath, entry.name)) }));
  return (await withoutSheets(path, images)).map((image) => join(path, image.path)).sort();
}
