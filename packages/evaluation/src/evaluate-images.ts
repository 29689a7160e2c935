import { performance } from 'node:perf_hooks';
import type { Dataset, ComponentChoice, PluginHost } from '@ganymede/core';
import { relabelled, dataCache, referencesCache, openBackend, resolvePrecision } from '@ganymede/runs';
import { commonResolution } from './common-resolution.js';
import { referenceConditions } from './evaluate-run.js';
import { datasetRemarks } from './dataset-remarks.js';
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
 * @throws IMAGE_SIZES_DIFFER, RESOLUTION_UNKNOWN, WEIGHTS_NOT_FOUND, and what data, extractor and metrics throw
 */
export async function evaluateImages(host: PluginHost, options: EvaluateImagesOptions): Promise<Evaluation> {
  const { seed = 0, channels = 3, onProgress, signal } = options;
  const container = await host.open({ plugins: options.plugins ?? [] });
  const metrics = chooseMetrics(container, options.metrics ?? defaultMetrics);
  const extractor = container.resolve('featureExtractor', options.extractor ?? { use: 'inception-v3' });
  const resolution = options.resolution ?? (await commonResolution(container, [options.real, options.fake]));
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
    const measured = await measure(metrics, first.summaries, second, seed, (metric) =>
      onProgress?.({ part: 'metric', metric }),
    );
    const intervals = await resampler?.intervals(first.summaries, reader.shapeOf(fake!), seed);
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
      cautions: [
        ...measured.cautions,
        ...intervalCautions(intervals, options.bootstrap),
        ...first.cautions(Object.keys(measured.numbers)),
        ...datasetRemarks(opened, Object.keys(measured.numbers)),
      ],
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
