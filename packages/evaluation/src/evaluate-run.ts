import {
  evaluationCall,
  type Caution,
  type Dataset,
  type Prior,
  type Truncation,
  type PluginHost,
} from '@ganymede/core';
import { matchReference, type ReferenceMatch } from './match-reference.js';
import {
  openDataset,
  dataOfRun,
  ImageGenerator,
  latentSource,
  openGenerator,
  type OpenedGenerator,
  accumulateStandingStatistics,
} from '@ganymede/runs';
import { closedAfter } from '@ganymede/workers';
import { RunSampler, type SampledLatents, type SamplerDraw } from '@ganymede/sampling';
import { subjectOfRun } from './assemble-evaluation.js';
import { SaturationCount } from './truncation/saturation.js';
import { otherClasses } from './cautions.js';
import { keepEvaluation, type KeptEvaluation } from './keep-evaluation.js';
import { generatedImages, imagesOfLatents, watched } from './generated-images.js';
import type { ImageSet } from './image-set.js';
import { prefixed, textsOf, type Evaluation } from './manifest.js';
import { MeasuringRecipe } from './measuring-recipe.js';
import type { Reference } from './reference.js';
import { samplingPart, standingBatches } from './sampling-part.js';
import type { EvaluateRunOptions } from './types.js';

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
    private readonly recipe: MeasuringRecipe,
    private readonly dataset: Dataset,
    private readonly reference: Reference,
    private readonly match: ReferenceMatch,
    private readonly sampler: RunSampler | null,
    private readonly options: EvaluateRunOptions,
  ) {}

  /** Opens the generator, what asks its discriminator, the data and the extractor. */
  static async open(host: PluginHost, options: EvaluateRunOptions): Promise<RunEvaluator> {
    const { onProgress, referenceSamples: count, cache } = options;
    const opened = await openGenerator(host, { ...options, ema: options.ema ?? true });
    let dataset: Dataset | null = null;
    let recipe: MeasuringRecipe | null = null;
    let sampler: RunSampler | null = null;
    try {
      if (options.sampler) sampler = await RunSampler.open(options.run, opened, options.sampler);
      const { container, config } = opened;
      recipe = await MeasuringRecipe.open(container, opened, {
        metrics: options.metrics ?? config.metrics,
        extractor: options.extractor ?? config.featureExtractor,
        precision: options.precision ?? config.evaluate.precision,
      });
      const choice = options.reference ?? dataOfRun(config);
      dataset = await openDataset(container, choice, config, {
        onProgress: (done, total) => onProgress?.({ part: 'data', done, total }),
      });
      const match = matchReference({
        classes: opened.classList,
        reference: dataset.name,
        referenceClasses: dataset.classes,
        metrics: recipe.metrics.map(({ metric }) => metric),
      });
      const samples = options.samples ?? config.evaluate.samples;
      const reference = recipe.against(dataset, choice, samples, { count, cache });
      return new RunEvaluator(opened, recipe, dataset, reference, match, sampler, options);
    } catch (error) {
      sampler?.dispose();
      recipe?.dispose();
      await dataset?.close();
      await opened.close();
      throw error;
    }
  }

  /** The reference's images. */
  get real(): ImageSet {
    return this.reference.images;
  }

  /**
   * Generates images and measures them; standing statistics are accumulated afresh for these latents.
   * @param toShow - labels of images that come along to be looked at
   */
  async evaluate(
    truncation = this.options.truncation,
    toShow: Int32Array = new Int32Array(0),
  ): Promise<MeasuredRun> {
    const { options, opened, recipe, real, match } = this;
    const { seed = 0, statistics = 'running', bootstrap, onProgress, signal } = options;
    const count = options.samples ?? opened.config.evaluate.samples;
    const { group } = opened;
    await group.expectSame({
      ...textsOf({
        ...this.reference.conditions,
        seed,
        statistics,
        bootstrap: bootstrap ?? 0,
        samples: count,
      }),
      truncation: JSON.stringify(truncation ?? null),
      sampler: JSON.stringify(this.sampler?.manifest ?? null),
      metrics: JSON.stringify(recipe.metrics.map(({ options }) => options)),
    });
    const source = latentSource(opened, truncation);
    const ofTruncation = await opened.useStatisticsOf(truncation);
    const { batchSize } = recipe.reader;
    const call = { ...evaluationCall, statistics };
    const images = new ImageGenerator(opened.backend, opened.generator, batchSize, call);
    const saturation = new SaturationCount();
    const { note } = match;
    const drawn: SampledLatents[] = [];
    try {
      const evaluation = await recipe.measure(this.reference, {
        subject: subjectOfRun(options.run, opened.step),
        images: async () => {
          if (statistics === 'standing') await this.accumulate(source, seed);
          const labels = match.labelsFor(real.labels, count, seed);
          const sampled = await this.sampled(labels.ofGenerator, { source, call, batchSize, seed, signal });
          drawn.push(...sampled);
          const [latents] = sampled;
          const made = latents
            ? imagesOfLatents(opened, images, { z: latents.z, labels: labels.ofGenerator })
            : generatedImages(opened, images, source, labels.ofGenerator, seed);
          return watched({ ...made, classes: real.classes, labels: labels.ofReference }, saturation);
        },
        sampling: samplingPart(opened, statistics, truncation, ofTruncation, this.sampler?.manifest),
        recorded: () => prefixed('sampler.', drawn[0]?.report ?? {}),
        seed,
        bootstrap,
        measurement: note === null ? {} : { classes: note },
        cautions: (numbers) => [
          ...(drawn[0]?.cautions ?? []).map((one): Caution => ({ ...one, numbers })),
          ...(note === null ? [] : [otherClasses(numbers, note)]),
        ],
        datasets: [this.dataset],
        onProgress: (progress) => onProgress?.(progress),
        signal,
      });
      await saturation.addOthers(group);
      const shown = await generatedImages(opened, images, source, toShow, seed).read(0, toShow.length);
      return { evaluation, saturation: saturation.share, shown };
    } finally {
      images.dispose();
    }
  }

  /** What the sampler draws; nothing where there is none. */
  private async sampled(labels: Int32Array, draw: SamplerDraw): Promise<readonly SampledLatents[]> {
    if (!this.sampler) return [];
    const { onProgress } = this.options;
    const told = (text: string, done: number, total: number): void =>
      onProgress?.({ part: 'sampler', text, done, total });
    return [await this.sampler.draw(labels, { ...draw, onProgress: told })];
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

  /** Works with it, and closes it. @throws WORKER_STALLED where the other processes do not answer any more */
  closedAfter<T>(work: () => Promise<T>): Promise<T> {
    return closedAfter(this.opened.group, work, () => this.close());
  }

  private async close(): Promise<void> {
    this.sampler?.dispose();
    this.recipe.dispose();
    await this.dataset.close();
    await this.opened.close();
  }
}

/**
 * Measures a run's generator against its data, or another reference, and writes `evaluations/<step>-<hash>.json`.
 * Needs no lock and changes nothing else, so it works beside a run that goes on.
 * @throws RUN_NOT_FOUND, NO_CHECKPOINT, WEIGHTS_NOT_FOUND, NO_DISCRIMINATOR where a sampler would ask it, and what data, extractor,
 * metrics and sampler throw
 */
export async function evaluateRun(host: PluginHost, options: EvaluateRunOptions): Promise<KeptEvaluation> {
  const evaluator = await RunEvaluator.open(host, options);
  return evaluator.closedAfter(async () => {
    const { evaluation } = await evaluator.evaluate();
    const kept = await evaluator.opened.group.alone(() => keepEvaluation(options.run, evaluation));
    return kept ?? { evaluation, path: null };
  });
}
