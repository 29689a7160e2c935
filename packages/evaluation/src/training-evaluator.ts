import { join } from 'node:path';
import {
  readBest,
  readEvaluation,
  runLayout,
  stepFolderName,
  type Best,
  type RunFolder,
} from '@ganymede/checkpoints';
import {
  evaluationCall,
  type EvaluatedNumber,
  type Generator,
  type Prior,
  type Components,
} from '@ganymede/core';
import type { ResolvedConfig } from '@ganymede/config';
import { unknownBest } from './errors.js';
import { type Evaluator, type RunEvaluation, ImageGenerator, type TrainingSession } from '@ganymede/runs';
import { parseEvaluation } from './compare.js';
import { generatedImages } from './generated-images.js';
import { matchingLabels } from './image-set.js';
import type { WorkerGroup } from '@ganymede/workers';
import { textsOf, type Evaluation } from './manifest.js';
import { chooseMetrics, type ChosenMetric } from './measure.js';
import { MeasuringRecipe, type MeasuringProgress } from './measuring-recipe.js';
import type { Reference } from './reference.js';
import { samplingPart } from './sampling-part.js';

/**
 * Measures the run's generator between two steps: the moving average where there is one, running statistics, latents and
 * labels from the config's seed alone. Neither a random stream nor a variable of the run moves, so that a run with
 * evaluations is step by step the run without. Where several processes train, each makes some of the images and reads their features;
 * rank 0 has the run folder, the best checkpoint and the numbers.
 */
export class TrainingEvaluator implements Evaluator {
  private images: ImageGenerator | null = null;

  private constructor(
    private readonly session: TrainingSession,
    private readonly group: WorkerGroup,
    private readonly folder: RunFolder | null,
    private readonly prior: Prior,
    private readonly recipe: MeasuringRecipe,
    private readonly reference: Reference,
    /** The number that decides which checkpoint is the best. */
    readonly decisive: string,
    private best: Best | null,
  ) {}

  /**
   * Loads the extractor and checks the choice of metrics, so that a run that cannot be evaluated fails when it starts.
   * @param folder - null in a process that does not lead
   * @returns null where the config asks for no evaluations
   * @throws WEIGHTS_NOT_FOUND, UNKNOWN_NUMBER, DUPLICATE_NUMBER, TOO_FEW_IMAGES
   */
  static async open(
    container: Components,
    session: TrainingSession,
    group: WorkerGroup,
    folder: RunFolder | null,
  ): Promise<TrainingEvaluator | null> {
    const { config, backend, backendDescription: description, dataset } = session;
    if (config.evaluate.every === 0) return null;
    // Before the weights are loaded, which takes a while.
    const decisive = decisiveNumber(chooseMetrics(container, config.metrics), config.evaluate.best);
    const recipe = await MeasuringRecipe.open(
      container,
      { backend, description, group },
      { metrics: config.metrics, extractor: config.featureExtractor, precision: config.evaluate.precision },
    );
    try {
      const reference = recipe.against(dataset, config.data, config.evaluate.samples);
      // A run that goes on from an older step forgets a best that lies in the future it gave up.
      const kept = folder && (await readBest(folder.path));
      const best = kept && kept.step <= session.trainer.step && kept.number === decisive ? kept : null;
      if (kept && !best) await folder?.forgetBest();
      const prior = container.resolve('prior', config.prior);
      return new TrainingEvaluator(session, group, folder, prior, recipe, reference, decisive, best);
    } catch (error) {
      recipe.dispose();
      throw error;
    }
  }

  get facts(): Readonly<Record<string, string>> {
    return textsOf(this.reference.conditions);
  }

  /** The step of the best checkpoint, which retention keeps. */
  get bestStep(): number | null {
    return this.best?.step ?? null;
  }

  /** @param tell - of what goes on, in words */
  async evaluate(step: number, tell: (text: string) => void, signal?: AbortSignal): Promise<RunEvaluation> {
    const { recipe, reference } = this;
    const { images: real } = reference;
    const { config } = this.session;
    const { samples } = config.evaluate;
    const evaluation = await recipe.measure(reference, {
      subject: { name: config.name ?? 'run', step },
      images: async () =>
        generatedImages(
          { generator: this.generator, classes: real.classes, shape: real.imageShape },
          this.generatorImages(),
          this.prior,
          matchingLabels(real.labels, real.classes.length, samples, config.seed),
          config.seed,
        ),
      sampling: samplingPart({ isAverage: config.ema !== null }, 'running', undefined),
      seed: config.seed,
      onProgress: (progress) => tell(textOf(progress)),
      signal,
    });
    const { group, folder } = this;
    const write = () => folder!.writeEvaluation(trainingEvaluationName(step), evaluation);
    const path = (await group.share(await group.alone(write)))!;
    return { evaluation, path, ...this.compare(evaluation, step) };
  }

  /**
   * The decisive number of the evaluation at a step, from its file, so that a run that is resumed right behind it has it
   * too; null where there was none.
   */
  async evaluated(step: number): Promise<EvaluatedNumber | null> {
    const name = trainingEvaluationName(step);
    const run = this.folder!.path;
    const made = await readEvaluation(run, name);
    if (made === null) return null;
    const path = join(run, runLayout.evaluations, `${name}.json`);
    const { numbers, directions } = parseEvaluation(path, made);
    const value = numbers[this.decisive];
    const better = directions[this.decisive];
    if (value === undefined || Number.isNaN(value) || better === undefined || better === 'neither')
      return null;
    return { step, name: this.decisive, value, better };
  }

  /** Takes a new best, once its checkpoint is written: until then the one before it is kept. */
  async keepBest(best: Best): Promise<void> {
    await this.folder!.writeBest(best);
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
      this.recipe.reader.batchSize,
      evaluationCall,
      'evaluation-images',
    ));
  }

  dispose(): void {
    this.images?.dispose();
    this.recipe.dispose();
  }
}

function textOf(progress: MeasuringProgress): string {
  if (progress.part === 'metric') return `computing ${progress.metric}`;
  const { part, done, total } = progress;
  return `features of ${part === 'reference' ? 'the data' : 'generated images'}: ${done} of ${total}`;
}

const trainingEvaluationName = (step: number): string => `${stepFolderName(step)}-training`;

/**
 * The number that chooses the best checkpoint: the named one, or the first that has a better way.
 * @throws UNKNOWN_NUMBER
 */
function decisiveNumber(
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
