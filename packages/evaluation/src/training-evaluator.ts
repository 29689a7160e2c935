import { performance } from 'node:perf_hooks';
import { readBest, readEvaluation, stepFolderName, type Best, type RunFolder } from '@ganymede/checkpoints';
import {
  evaluationCall,
  type EvaluatedNumber,
  type FeatureExtractor,
  type Generator,
  type Prior,
  type Components,
} from '@ganymede/core';
import type { ResolvedConfig } from '@ganymede/config';
import { unknownBest } from './errors.js';
import {
  referencesCache,
  type Evaluator,
  type RunEvaluation,
  ImageGenerator,
  resolvePrecision,
  type TrainingSession,
} from '@ganymede/runs';
import { generatedImages } from './generated-images.js';
import { referenceConditions, samplingPart } from './evaluate-run.js';
import { FeatureReader } from './feature-reader.js';
import { datasetImages, matchingLabels, type ImageSet } from './image-set.js';
import type { Evaluation, ManifestPart } from './manifest.js';
import {
  chooseMetrics,
  expectEnough,
  measure,
  referenceSummaries,
  type ChosenMetric,
  type ReferenceSummaries,
} from './measure.js';
import { ReferenceCache } from './reference-cache.js';
import { describeVersions } from './versions.js';

/**
 * Measures the run's generator between two steps: the moving average where there is one, running statistics, latents and
 * labels from the config's seed alone. Neither a random stream nor a variable of the run moves, so that a run with
 * evaluations is step by step the run without.
 */
export class TrainingEvaluator implements Evaluator {
  private reference: ReferenceSummaries | null = null;
  private images: ImageGenerator | null = null;

  private constructor(
    private readonly session: TrainingSession,
    private readonly folder: RunFolder,
    private readonly prior: Prior,
    private readonly metrics: readonly ChosenMetric[],
    private readonly extractor: FeatureExtractor,
    private readonly reader: FeatureReader,
    private readonly real: ImageSet,
    private readonly conditions: ManifestPart,
    private readonly precision: string,
    /** The number that decides which checkpoint is the best. */
    readonly decisive: string,
    private best: Best | null,
  ) {}

  /**
   * Loads the extractor and checks the choice of metrics, so that a run that cannot be evaluated fails when it starts.
   * @returns null where the config asks for no evaluations
   * @throws WEIGHTS_NOT_FOUND, UNKNOWN_NUMBER, DUPLICATE_NUMBER, TOO_FEW_IMAGES
   */
  static async open(
    container: Components,
    session: TrainingSession,
    folder: RunFolder,
  ): Promise<TrainingEvaluator | null> {
    const { config, backend, backendDescription, dataset } = session;
    if (config.evaluate.every === 0) return null;
    const metrics = chooseMetrics(container, config.metrics);
    const decisive = decisiveNumber(metrics, config.evaluate.best);
    const extractor = container.resolve('featureExtractor', config.featureExtractor);
    await extractor.load();
    const precision = resolvePrecision(config.evaluate.precision, backendDescription);
    const reader = new FeatureReader({ backend, extractor, precision });
    const real = datasetImages(dataset, 0);
    expectEnough(metrics, reader.shapeOf(real), config.evaluate.samples);
    const conditions = referenceConditions(extractor, dataset, real, config.data, precision);
    // A run that goes on from an older step forgets a best that lies in the future it gave up.
    const kept = await readBest(folder.path);
    const best = kept && kept.step <= session.trainer.step && kept.number === decisive ? kept : null;
    if (kept && !best) await folder.forgetBest();
    const prior = container.resolve('prior', config.prior);
    return new TrainingEvaluator(
      session,
      folder,
      prior,
      metrics,
      extractor,
      reader,
      real,
      conditions,
      precision,
      decisive,
      best,
    );
  }

  /** The step of the best checkpoint, which retention keeps. */
  get bestStep(): number | null {
    return this.best?.step ?? null;
  }

  /** @param tell - of what goes on, in words */
  async evaluate(step: number, tell: (text: string) => void, signal?: AbortSignal): Promise<RunEvaluation> {
    const { session, metrics, reader, real } = this;
    const start = performance.now();
    const reading = (text: string) => ({
      onProgress: (done: number, total: number) => tell(`${text}: ${done} of ${total}`),
      ...(signal && { signal }),
    });
    this.reference ??= await referenceSummaries(
      real,
      metrics,
      reader,
      new ReferenceCache(referencesCache()),
      this.conditions,
      reading('features of the data'),
    );
    const referenced = performance.now();
    const { config } = session;
    const labels = matchingLabels(real.labels, real.classes.length, config.evaluate.samples, config.seed);
    const fake = generatedImages(
      { generator: this.generator, classes: real.classes, shape: real.imageShape },
      this.generatorImages(),
      this.prior,
      labels,
      config.seed,
    );
    const kinds = metrics.map(({ metric }) => metric);
    const summaries = await reader.summarize(fake, kinds, reading('features of generated images'));
    const extracted = performance.now();
    const measured = await measure(metrics, this.reference.summaries, summaries, config.seed, (use) =>
      tell(`computing ${use}`),
    );
    const evaluation: Evaluation = {
      format: 1,
      subject: { name: config.name ?? 'run', step },
      numbers: measured.numbers,
      directions: measured.directions,
      manifest: {
        measurement: { ...this.conditions, samples: fake.count },
        metrics: measured.metrics,
        sampling: samplingPart({ isAverage: config.ema !== null }, 'running', undefined),
        environment: describeVersions(session.backendDescription, this.precision, config.seed),
      },
      cautions: [...measured.cautions, ...this.reference.cautions(Object.keys(measured.numbers))],
      seconds: {
        reference: (referenced - start) / 1000,
        generated: (extracted - referenced) / 1000,
        metrics: measured.seconds,
      },
    };
    const path = await this.folder.writeEvaluation(trainingEvaluationName(step), evaluation);
    return { evaluation, path, ...this.compare(evaluation, step) };
  }

  /**
   * The decisive number of the evaluation at a step, from its file, so that a run that is resumed right behind it has it
   * too; null where there was none.
   */
  async evaluated(step: number): Promise<EvaluatedNumber | null> {
    const made = await readEvaluation(this.folder.path, trainingEvaluationName(step));
    const { numbers, directions } = (made ?? {}) as Partial<Evaluation>;
    const value = numbers?.[this.decisive];
    const better = directions?.[this.decisive];
    if (typeof value !== 'number' || better === undefined || better === 'neither') return null;
    return { step, name: this.decisive, value, better };
  }

  /** Takes a new best, once its checkpoint is written: until then the one before it is kept. */
  async keepBest(best: Best): Promise<void> {
    await this.folder.writeBest(best);
    this.best = best;
  }

  private compare(
    { numbers, directions }: Evaluation,
    step: number,
  ): { readonly best: Best | null; readonly isBest: boolean } {
    const value = numbers[this.decisive]!;
    const sign = directions[this.decisive] === 'higher' ? -1 : 1;
    if (Number.isNaN(value) || (this.best && sign * value >= sign * this.best.value))
      return { best: this.best, isBest: false };
    return { best: { step, number: this.decisive, value }, isBest: true };
  }

  private get generator(): Generator {
    const { emaGenerator, generator } = this.session.recipe;
    return emaGenerator ?? generator;
  }

  private generatorImages(): ImageGenerator {
    return (this.images ??= new ImageGenerator(
      this.session.backend,
      this.generator,
      this.reader.batchSize,
      evaluationCall,
      'evaluation-images',
    ));
  }

  dispose(): void {
    this.images?.dispose();
    this.reader.dispose();
    this.extractor.dispose();
  }
}

const trainingEvaluationName = (step: number): string => `${stepFolderName(step)}-training`;

/**
 * The number that chooses the best checkpoint: the named one, or the first that has a better way.
 * @throws UNKNOWN_NUMBER
 */
export function decisiveNumber(
  metrics: readonly ChosenMetric[],
  wanted: ResolvedConfig['evaluate']['best'],
): string {
  const known = metrics.flatMap(({ metric }) =>
    Object.entries(metric.outputs).flatMap(([name, direction]) => (direction === 'neither' ? [] : [name])),
  );
  if (wanted === null && known.length > 0) return known[0]!;
  if (wanted === null || !known.includes(wanted)) throw unknownBest(wanted ?? 'none', known);
  return wanted;
}
