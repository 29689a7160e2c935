import { performance } from 'node:perf_hooks';
import {
  evaluationCall,
  type Dataset,
  type FeatureExtractor,
  type Prior,
  type Truncation,
  type ComponentChoice,
  type PluginHost,
} from '@ganymede/core';
import { basename, resolve } from 'node:path';
import { matchReference, type ReferenceMatch } from './match-reference.js';
import {
  dataCache,
  dataOfRun,
  referencesCache,
  ImageGenerator,
  latentSource,
  openGenerator,
  type OpenedGenerator,
  accumulateStandingStatistics,
  resolvePrecision,
} from '@ganymede/runs';
import { SaturationCount } from './truncation/saturation.js';
import { otherClasses } from './cautions.js';
import { keepEvaluation, type KeptEvaluation } from './keep-evaluation.js';
import { FeatureReader } from './feature-reader.js';
import { datasetRemarks } from './dataset-remarks.js';
import { generatedImages, watched } from './generated-images.js';
import { datasetImages, type ImageSet } from './image-set.js';
import { flatOptions, type Evaluation, type ManifestPart } from './manifest.js';
import {
  chooseMetrics,
  expectEnough,
  measure,
  referenceSummaries,
  type ChosenMetric,
  type ReferenceSummaries,
} from './measure.js';
import { intervalCautions, Resampler } from './resampler.js';
import { ReferenceCache } from './reference-cache.js';
import type { EvaluateProgress, EvaluateRunOptions } from './types.js';
import { describeVersions } from './versions.js';

/** Batches that standing statistics are averaged over. */
export const standingBatches = 16;

/** An evaluation, and the share of channel values at an end of the range in its images. */
export interface MeasuredRun {
  readonly evaluation: Evaluation;
  readonly saturation: number;
  /** Images to look at, of the labels that were asked for, uint8 [N, H, W, C]. */
  readonly shown: Uint8Array;
}

/** Everything of an evaluation that does not depend on how the generator is sampled. */
export class RunEvaluator {
  private constructor(
    readonly opened: OpenedGenerator,
    readonly metrics: readonly ChosenMetric[],
    readonly real: ImageSet,
    private readonly dataset: Dataset,
    private readonly extractor: FeatureExtractor,
    private readonly reader: FeatureReader,
    private readonly reference: ReferenceSummaries,
    private readonly measurement: ManifestPart,
    private readonly precision: 'float32' | 'bfloat16',
    private readonly options: EvaluateRunOptions,
    private readonly referenceSeconds: number,
    private readonly match: ReferenceMatch,
  ) {}

  /** Opens the generator and the data, and sums the reference up. */
  static async open(host: PluginHost, options: EvaluateRunOptions): Promise<RunEvaluator> {
    const tell: (progress: EvaluateProgress) => void = options.onProgress ?? (() => undefined);
    const opened = await openGenerator(host, { ...options, ema: options.ema ?? true });
    let dataset: Dataset | null = null;
    let extractor: FeatureExtractor | null = null;
    try {
      const { container, config, backend, description } = opened;
      const metrics = chooseMetrics(container, options.metrics ?? config.metrics);
      extractor = container.resolve('featureExtractor', options.extractor ?? config.featureExtractor);
      await extractor.load();
      const reference = options.reference ?? dataOfRun(config);
      dataset = await container.resolve('dataset', reference).open({
        cacheFolder: dataCache(),
        resolution: config.resolution,
        channels: config.channels,
        strict: config.strictData,
        onProgress: (done, total) => tell({ part: 'data', done, total }),
      });
      const match = matchReference({
        classes: opened.classList,
        reference: dataset.name,
        referenceClasses: dataset.classes,
        metrics: metrics.map(({ metric }) => metric),
      });
      const precision = resolvePrecision(options.precision ?? config.evaluate.precision, description);
      const real = datasetImages(dataset, 0, options.referenceSamples);
      const reader = new FeatureReader({ backend, extractor, precision });
      expectEnough(metrics, reader.shapeOf(real), options.samples ?? config.evaluate.samples);
      const conditions = referenceConditions(extractor, dataset, real, reference, precision);
      const start = performance.now();
      const summaries = await referenceSummaries(
        real,
        metrics,
        reader,
        options.cache === false ? null : new ReferenceCache(referencesCache()),
        conditions,
        reading(options, 'reference'),
      );
      const seconds = (performance.now() - start) / 1000;
      return new RunEvaluator(
        opened,
        metrics,
        real,
        dataset,
        extractor,
        reader,
        summaries,
        conditions,
        precision,
        options,
        seconds,
        match,
      );
    } catch (error) {
      extractor?.dispose();
      await dataset?.close();
      await opened.close();
      throw error;
    }
  }

  /**
   * Generates images and measures them; standing statistics are accumulated afresh for these latents.
   * @param toShow - labels of images that come along to be looked at
   */
  async evaluate(
    truncation = this.options.truncation,
    toShow: Int32Array = new Int32Array(0),
  ): Promise<MeasuredRun> {
    const { options, opened, metrics, real, reader } = this;
    const { seed = 0, statistics = 'running' } = options;
    const count = options.samples ?? opened.config.evaluate.samples;
    const source = latentSource(opened, truncation);
    const start = performance.now();
    const ofTruncation = await opened.useStatisticsOf(truncation);
    if (statistics === 'standing') await this.accumulate(source, seed);
    const labels = this.match.labelsFor(real.labels, count, seed);
    const images = new ImageGenerator(opened.backend, opened.generator, reader.batchSize, {
      ...evaluationCall,
      statistics,
    });
    const saturation = new SaturationCount();
    const resampler = options.bootstrap ? new Resampler(metrics, options.bootstrap) : null;
    let measured;
    let extracted;
    let shown;
    try {
      const made = generatedImages(opened, images, source, labels.ofGenerator, seed);
      const fake = watched({ ...made, classes: real.classes, labels: labels.ofReference }, saturation);
      const kinds = metrics.map(({ metric }) => metric);
      const summaries = await reader.summarize(fake, kinds, {
        ...reading(options, 'generated'),
        ...(resampler && { onBatch: (batch) => resampler.keep(batch) }),
      });
      extracted = performance.now();
      measured = await measure(metrics, this.reference.summaries, summaries, seed, (use) =>
        options.onProgress?.({ part: 'metric', metric: use }),
      );
      shown = await generatedImages(opened, images, source, toShow, seed).read(0, toShow.length);
    } finally {
      images.dispose();
    }
    const intervals = await resampler?.intervals(this.reference.summaries, reader.shapeOf(real), seed, () =>
      options.onProgress?.({ part: 'metric', metric: 'confidence intervals' }),
    );
    const { note } = this.match;
    const evaluation: Evaluation = {
      format: 1,
      subject: { name: basename(resolve(options.run)), step: opened.step },
      numbers: measured.numbers,
      ...(intervals && { intervals }),
      directions: measured.directions,
      manifest: {
        measurement: {
          ...this.measurement,
          samples: count,
          ...(note !== null && { classes: note }),
        },
        metrics: measured.metrics,
        sampling: samplingPart(opened, statistics, truncation, ofTruncation),
        environment: describeVersions(opened.description, this.precision, seed),
      },
      cautions: [
        ...(note === null ? [] : [otherClasses(Object.keys(measured.numbers), note)]),
        ...measured.cautions,
        ...intervalCautions(intervals, options.bootstrap),
        ...this.reference.cautions(Object.keys(measured.numbers)),
        ...datasetRemarks([this.dataset], Object.keys(measured.numbers)),
      ],
      seconds: {
        reference: this.referenceSeconds,
        generated: (extracted - start) / 1000,
        metrics: measured.seconds,
      },
    };
    return { evaluation, saturation: saturation.share, shown };
  }

  private async accumulate(source: Prior | Truncation, seed: number): Promise<void> {
    const { backend, generator, config } = this.opened;
    const { batchSize } = config;
    await accumulateStandingStatistics(backend, generator, source, {
      batches: standingBatches,
      batchSize,
      seed,
    });
  }

  async close(): Promise<void> {
    this.reader.dispose();
    this.extractor.dispose();
    await this.dataset.close();
    await this.opened.close();
  }
}

/**
 * Measures a run's generator against its data, or another reference, and writes `evaluations/<step>-<hash>.json`.
 * Needs no lock and changes nothing else, so it works beside a run that goes on.
 * @throws RUN_NOT_FOUND, NO_CHECKPOINT, WEIGHTS_NOT_FOUND, and what data, extractor and metrics throw
 */
export async function evaluateRun(host: PluginHost, options: EvaluateRunOptions): Promise<KeptEvaluation> {
  const evaluator = await RunEvaluator.open(host, options);
  try {
    const { evaluation } = await evaluator.evaluate();
    return await keepEvaluation(options.run, evaluation);
  } finally {
    await evaluator.close();
  }
}

/** What the reference's features depend on. */
export function referenceConditions(
  extractor: FeatureExtractor,
  dataset: Dataset,
  real: ImageSet,
  choice: ComponentChoice,
  precision: string,
): ManifestPart {
  // The fingerprint says which images they are, wherever they lie; the split is repeated for readers.
  const { split } = choice;
  const { height, width, channels } = real.imageShape;
  return {
    ...extractor.manifest,
    ...(precision !== 'float32' && { extractorPrecision: precision }),
    reference: dataset.name,
    referenceFingerprint: dataset.fingerprint,
    ...(typeof split === 'string' && { referenceSplit: split }),
    referenceImages: real.count,
    image: `${height}x${width}x${channels}`,
  };
}

export function samplingPart(
  { isAverage }: Pick<OpenedGenerator, 'isAverage'>,
  statistics: 'running' | 'standing',
  truncation: ComponentChoice | undefined,
  ofTruncation = false,
): ManifestPart {
  const { use = 'none', ...options } = truncation ?? {};
  return {
    weights: isAverage ? 'ema' : 'trained',
    statistics:
      statistics === 'standing'
        ? `standing (${standingBatches} batches)`
        : ofTruncation
          ? 'running, of the truncation'
          : 'running',
    truncation: use,
    ...flatOptions(options),
  };
}

function reading(
  { onProgress, signal }: Pick<EvaluateRunOptions, 'onProgress' | 'signal'>,
  part: 'reference' | 'generated',
): { onProgress: (done: number, total: number) => void; signal?: AbortSignal } {
  return {
    onProgress: (done, total) => onProgress?.({ part, done, total }),
    ...(signal && { signal }),
  };
}
