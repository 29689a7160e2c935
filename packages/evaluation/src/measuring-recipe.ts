import type { Caution, Clock, ComponentChoice, Components, Dataset } from '@ganymede/core';
import { parseExact, stringifyExact } from '@ganymede/checkpoints';
import { assembleEvaluation } from './assemble-evaluation.js';
import { datasetRemarks } from './dataset-remarks.js';
import { FeatureReader, type FeatureReaderChoice, type ReadingEngine } from './feature-reader.js';
import { datasetImages, type ImageSet } from './image-set.js';
import type { Evaluation, ManifestPart } from './manifest.js';
import { chooseMetrics, expectEnough, measure, type ChosenMetric } from './measure.js';
import { Reference, referenceConditions } from './reference.js';
import { intervalCautions, Resampler } from './resampler.js';

export interface RecipeChoice extends FeatureReaderChoice {
  readonly metrics: readonly ComponentChoice[];
}

export interface ReferenceOptions {
  /** Images of it, drawn by chance; all by default. */
  readonly count?: number | undefined;
  /** Keep what metrics keep of it for the next time; true by default. */
  readonly cache?: boolean | undefined;
}

/** What a measurement is at. */
export type MeasuringProgress =
  | { readonly part: 'reference' | 'generated'; readonly done: number; readonly total: number }
  | { readonly part: 'metric'; readonly metric: string };

/** Images to measure, and what is said of them. */
export interface Measured {
  readonly subject: Evaluation['subject'];
  /** The images; asked for once the reference is summed up, and timed with their features. */
  readonly images: () => Promise<ImageSet>;
  readonly sampling: ManifestPart;
  /** Of subsets and resamples. */
  readonly seed: number;
  /** Resamples for confidence intervals; 0, the default, for none. */
  readonly bootstrap?: number | undefined;
  /** What else the numbers depend on. */
  readonly measurement?: ManifestPart;
  /** Recorded and not compared; asked for once the images were read. */
  readonly recorded?: () => ManifestPart;
  /** Said before everything else; asked for once the images were read. */
  readonly cautions?: (numbers: readonly string[]) => readonly Caution[];
  /** Whose remarks are repeated beside the numbers. */
  readonly datasets?: readonly Dataset[];
  readonly onProgress?: (progress: MeasuringProgress) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * How images are measured: metrics, and the features that they compare. Whatever is measured by features, a run between
 * two of its steps, a run afterwards, two folders of images, is measured by it, so that numbers made alike are alike.
 */
export class MeasuringRecipe {
  private constructor(
    readonly metrics: readonly ChosenMetric[],
    readonly reader: FeatureReader,
    private readonly engine: ReadingEngine,
    private readonly clock: Clock,
  ) {}

  /** @throws UNKNOWN_COMPONENT, BAD_OPTION, DUPLICATE_NUMBER, WEIGHTS_NOT_FOUND */
  static async open(
    components: Components,
    engine: ReadingEngine,
    { metrics, ...features }: RecipeChoice,
  ): Promise<MeasuringRecipe> {
    const chosen = chooseMetrics(components, metrics);
    const reader = await FeatureReader.open(components, engine, features);
    return new MeasuringRecipe(chosen, reader, engine, components.clock);
  }

  /**
   * What images are measured against.
   * @param choice - what named the dataset
   * @param samples - images that will be compared with it
   * @throws TOO_FEW_IMAGES
   */
  against(
    dataset: Dataset,
    choice: ComponentChoice,
    samples: number,
    { count, cache = true }: ReferenceOptions = {},
  ): Reference {
    const { metrics, reader } = this;
    const real = datasetImages(dataset, 0, count);
    expectEnough(metrics, reader.shapeOf(real), samples);
    return new Reference(real, referenceConditions(reader, dataset, real, choice), metrics, reader, cache);
  }

  /**
   * Every metric of images against a reference, in all processes that share the work, each of which has been given the same.
   * @throws EVALUATION_STOPPED
   */
  async measure(reference: Reference, measured: Measured): Promise<Evaluation> {
    const { metrics, reader, clock } = this;
    const { group } = reader;
    const { seed, bootstrap = 0, onProgress, signal, datasets = [] } = measured;
    const reading = (part: 'reference' | 'generated') => ({
      onProgress: (done: number, total: number) => onProgress?.({ part, done, total }),
      ...(signal && { signal }),
    });
    const onMetric = (metric: string): void => onProgress?.({ part: 'metric', metric });
    const start = clock.monotonic();
    const real = await reference.summaries(reading('reference'));
    const referenced = clock.monotonic();
    const images = await measured.images();
    const resampler = bootstrap > 0 ? new Resampler(metrics, bootstrap) : null;
    const kinds = metrics.map(({ metric }) => metric);
    const summaries = await reader.summarize(images, kinds, {
      ...reading('generated'),
      ...(resampler && { onBatch: (batch) => resampler.keep(batch) }),
    });
    const extracted = clock.monotonic();
    const evaluation = await group.alone(async () => {
      const found = await measure(metrics, real.summaries, summaries, seed, onMetric);
      const computed = clock.monotonic();
      const intervals = await resampler?.intervals(real.summaries, reader.shapeOf(images), seed, () =>
        onMetric('confidence intervals'),
      );
      const numbers = Object.keys(found.numbers);
      return assembleEvaluation({
        subject: measured.subject,
        numbers: found.numbers,
        intervals,
        directions: found.directions,
        manifest: {
          measurement: { ...reference.conditions, samples: images.count, ...measured.measurement },
          metrics: found.metrics,
          sampling: measured.sampling,
        },
        recorded: measured.recorded?.(),
        engine: this.engine.description,
        precision: reader.precision,
        seed,
        cautions: [
          ...(measured.cautions?.(numbers) ?? []),
          ...found.cautions,
          ...intervalCautions(intervals, bootstrap),
          ...real.cautions(numbers),
          ...datasetRemarks(datasets, numbers),
        ],
        seconds: {
          reference: (referenced - start) / 1000,
          generated: (extracted - referenced) / 1000,
          metrics: (computed - extracted) / 1000,
        },
      });
    });
    // As exactly as a checkpoint keeps it: a number may be none.
    return group.size === 1
      ? evaluation!
      : (parseExact(await group.share(stringifyExact(evaluation))) as Evaluation);
  }

  dispose(): void {
    this.reader.dispose();
  }
}
