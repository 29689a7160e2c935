import * as tf from '@tensorflow/tfjs';
import {
  imagesPerStep,
  numberAt,
  stateOf,
  weightsOf,
  type Done,
  type NamedTensors,
  type NamedVariables,
  type GradientNorms,
  type OptimizerInstance,
  type Regularizer,
  type ScheduledNumber,
  type StepScalars,
} from '@ganymede/core';
import { averagedVariables, averageDecayAt, copyVariables, updateAverage } from './ema.js';
import { Feeds } from './feeds.js';
import { trainedWeights } from './frozen-weights.js';
import { splitNorms } from './gradients.js';
import { lazyPhases, type LazyPhase } from './lazy-phase.js';
import { gradientsPerMove, inStep } from './moves.js';
import { NetworkPhase } from './network-phase.js';
import { PowerAverages } from './power-averages.js';
import { instancesOf, keptBy, openObjectives, trainedBeside, type OpenObjective } from './open-objectives.js';
import { discriminatorLoss, generatorLoss, immediate } from './phases.js';
import type { BatchSource, TrainingRecipe } from './recipe.js';
import { expectFiniteTerms } from './terms.js';
import { running, RunningPhases } from './running.js';
import { noSteps, type LearningRateFactors, type StepReport, type TrainerState } from './trainer-state.js';
import { UpdateNorms } from './update-norms.js';

/**
 * Trains a generator and a discriminator: `discriminatorSteps` times phase D (and the lazy penalties that are
 * due), then phase G with the moving average. Order and arithmetic follow BigGAN-PyTorch's train_fns.py.
 */
export class Trainer {
  private readonly feeds: Feeds;
  private readonly objectives: readonly OpenObjective[];
  /** Numbers inside the steps that follow a schedule. */
  private readonly scheduled: readonly ScheduledNumber[];
  private readonly trained: Readonly<Record<keyof GradientNorms, NamedVariables>>;
  private readonly generatorOptimizer: OptimizerInstance;
  private readonly discriminatorOptimizer: OptimizerInstance;
  private readonly gradientsPerMove: number;
  private readonly generatorPhase: NetworkPhase;
  private readonly discriminatorPhase: NetworkPhase;
  private readonly lazyPhases: readonly LazyPhase[];
  private readonly powerAverages: PowerAverages | null;
  /** Made when they are first asked for. */
  private updateNorms: UpdateNorms | null = null;
  private counts = { ...noSteps };
  private factors: LearningRateFactors = { generator: 1, discriminator: 1 };

  constructor(
    private readonly recipe: TrainingRecipe,
    source: BatchSource,
  ) {
    const { generator, discriminator, emaGenerator } = recipe;
    const objectives = (this.objectives = openObjectives(recipe));
    this.feeds = new Feeds(recipe, source, objectives);
    const generatorWeights = weightsOf(generator);
    const discriminatorWeights = trainedWeights(discriminator, recipe.frozenDiscriminatorBlocks ?? 0);
    this.trained = {
      generator: { ...generatorWeights, ...trainedBeside(objectives, 'generator') },
      discriminator: { ...discriminatorWeights, ...trainedBeside(objectives, 'discriminator') },
    };
    this.generatorOptimizer = recipe.generatorOptimizer.create(this.trained.generator);
    this.discriminatorOptimizer = recipe.discriminatorOptimizer.create(this.trained.discriminator);
    this.gradientsPerMove = gradientsPerMove(recipe, this.generatorOptimizer, this.discriminatorOptimizer);
    this.scheduled = [
      ...recipe.regularizers,
      ...instancesOf(objectives),
      ...(recipe.augmentation ? [recipe.augmentation] : []),
      this.generatorOptimizer,
      this.discriminatorOptimizer,
    ].flatMap(({ scheduled }) => scheduled ?? []);
    if (emaGenerator) copyVariables(averagedVariables(emaGenerator), averagedVariables(generator));
    const gammas = recipe.powerAverages ?? [];
    this.powerAverages = gammas.length > 0 ? new PowerAverages(generator, gammas) : null;

    this.discriminatorPhase = new NetworkPhase(recipe, {
      name: 'discriminator',
      weights: this.trained.discriminator,
      optimizer: this.discriminatorOptimizer,
      loss: (inputs) =>
        discriminatorLoss(
          recipe,
          discriminatorWeights,
          inputs,
          immediate(recipe.regularizers, 'discriminator'),
          objectives,
        ),
    });
    this.generatorPhase = new NetworkPhase(recipe, {
      name: 'generator',
      weights: this.trained.generator,
      optimizer: this.generatorOptimizer,
      loss: (inputs) =>
        generatorLoss(
          recipe,
          generatorWeights,
          inputs,
          immediate(recipe.regularizers, 'generator'),
          objectives,
        ),
      afterUpdate: (inputs) => {
        this.powerAverages?.update(inputs.averageRates as tf.Tensor1D);
        const decay = inputs.averageDecay as tf.Scalar;
        if (emaGenerator) updateAverage(averagedVariables(emaGenerator), averagedVariables(generator), decay);
      },
    });
    this.lazyPhases = lazyPhases(recipe, {
      generator: { weights: generatorWeights, optimizer: this.generatorOptimizer },
      discriminator: { weights: discriminatorWeights, optimizer: this.discriminatorOptimizer },
    });
  }

  /** Generator steps done. */
  get step(): number {
    return this.counts.step;
  }

  /** One generator step with its discriminator steps; with `updateNorms` it reports how far every weight moved. */
  async advance({ updateNorms = false }: { readonly updateNorms?: boolean } = {}): Promise<StepReport> {
    const { recipe, counts } = this;
    if (updateNorms) (this.updateNorms ??= new UpdateNorms(recipe.backend, this.trained)).before();
    for (const one of this.scheduled) one.moveTo(counts);
    const phases = new RunningPhases();
    try {
      await this.start(phases);
    } finally {
      await phases.settled();
    }
    const scalars: Record<string, number> = {};
    const norms: Record<keyof GradientNorms, Record<string, number>> = { generator: {}, discriminator: {} };
    for await (const [prefix, reported] of phases.reports()) {
      const split = splitNorms(reported);
      expectFiniteTerms(prefix.startsWith('G') ? 'generator' : 'discriminator', split.scalars);
      for (const [name, value] of Object.entries(split.scalars)) scalars[`${prefix}.${name}`] = value;
      if (prefix === 'G') norms.generator = split.norms;
      if (prefix === 'D') norms.discriminator = split.norms;
    }
    const images = imagesPerStep(recipe);
    counts.step++;
    counts.images += images;
    const moved = updateNorms ? await this.updateNorms!.measure() : null;
    return {
      step: counts.step,
      images,
      scalars: scalars as StepScalars,
      gradientNorms: norms,
      updateNorms: moved,
    };
  }

  /** Multiplies the learning rates of all steps to come. */
  scaleLearningRates({ generator, discriminator }: LearningRateFactors): void {
    const { factors } = this;
    this.factors = {
      generator: factors.generator * generator,
      discriminator: factors.discriminator * discriminator,
    };
  }

  /** Starts the phases of one step, each when what it takes has been drawn. */
  private async start(phases: RunningPhases): Promise<void> {
    const { recipe, counts, factors } = this;
    const done: Done = { step: counts.step, images: counts.images };
    const factor = recipe.schedule.factor(counts.step);
    for (let k = 0; k < recipe.discriminatorSteps; k++) {
      const learningRate =
        numberAt(recipe.learningRates.discriminator, done) * factor * factors.discriminator;
      const update = ++counts.discriminatorUpdates;
      const numbers = { learningRate, update };
      phases.add('D', await this.discriminatorPhase.start(() => this.feeds.discriminator(), numbers));
      await this.startLazy('discriminator', counts.discriminatorSteps++, learningRate, phases);
    }
    const learningRate = numberAt(recipe.learningRates.generator, done) * factor * factors.generator;
    const update = ++counts.generatorUpdates;
    // Weights that only look ahead are in no average.
    const moves = update % this.gradientsPerMove === 0;
    const images = imagesPerStep(recipe) * this.gradientsPerMove;
    const averageDecay = moves ? averageDecayAt(recipe.ema, done, images) : 1;
    const averageRates = this.powerAverages?.ratesAt(moves ? ++counts.averagedSteps : null);
    const numbers = { learningRate, update, averageDecay, ...(averageRates && { averageRates }) };
    phases.add('G', await this.generatorPhase.start(() => this.feeds.generator(), numbers));
    await this.startLazy('generator', counts.step, learningRate, phases);
  }

  private async startLazy(
    network: 'generator' | 'discriminator',
    done: number,
    learningRate: number,
    phases: RunningPhases,
  ): Promise<void> {
    for (const { penalty, phase } of this.lazyPhases) {
      if (penalty.network !== network || done % penalty.interval !== 0) continue;
      const update =
        network === 'generator' ? ++this.counts.generatorUpdates : ++this.counts.discriminatorUpdates;
      const inputs = await this.lazyInputs(penalty);
      const numbers = { learningRate: tf.scalar(learningRate), update: tf.scalar(update) };
      phases.add(network === 'generator' ? 'Greg' : 'Dreg', running(phase.run({ ...inputs, ...numbers })));
    }
  }

  private async lazyInputs({ network, ofWeights }: Regularizer): Promise<NamedTensors> {
    if (network === 'discriminator') return this.feeds.discriminator();
    return ofWeights ? {} : this.feeds.generator();
  }

  /** What a snapshot of the power-function averages keeps; null before their first update, and where there are none. */
  averagesSnapshot(): {
    readonly averagedSteps: number;
    readonly files: Record<string, NamedVariables>;
  } | null {
    const { averagedSteps } = this.counts;
    if (!this.powerAverages || averagedSteps === 0) return null;
    return { averagedSteps, files: this.powerAverages.variables() };
  }

  /** Every variable that a checkpoint keeps, by file and by name. */
  variables(): Record<string, NamedVariables> {
    const { generator, discriminator, emaGenerator, regularizers, augmentation } = this.recipe;
    const kept = keptBy(this.objectives);
    const remembered = Object.fromEntries(
      regularizers.flatMap(({ state }, index) =>
        Object.entries(state ?? {}).map(([name, variable]) => [`${index}.${name}`, variable]),
      ),
    );
    return {
      generator: averagedVariables(generator),
      discriminator: { ...weightsOf(discriminator), ...stateOf(discriminator) },
      ...(emaGenerator ? { ema: averagedVariables(emaGenerator) } : {}),
      ...this.powerAverages?.variables(),
      'generator-optimizer': this.generatorOptimizer.state,
      'discriminator-optimizer': this.discriminatorOptimizer.state,
      ...(Object.keys(remembered).length > 0 ? { regularizers: remembered } : {}),
      ...(Object.keys(kept).length > 0 ? { objectives: kept } : {}),
      ...(augmentation?.state ? { augmentation: augmentation.state } : {}),
    };
  }

  /**
   * Begins anew at step 0 with weights that were assigned from elsewhere: the average is the generator unless it was
   * assigned too, and the optimizers go on counting where their moments come from.
   */
  begin({
    generatorUpdates,
    discriminatorUpdates,
    averageAssigned,
  }: {
    readonly generatorUpdates: number;
    readonly discriminatorUpdates: number;
    readonly averageAssigned: boolean;
  }): void {
    const { generator, emaGenerator } = this.recipe;
    if (emaGenerator && !averageAssigned)
      copyVariables(averagedVariables(emaGenerator), averagedVariables(generator));
    this.counts = inStep({ ...noSteps, generatorUpdates, discriminatorUpdates }, this.gradientsPerMove);
  }

  get state(): TrainerState {
    const { averagedSteps, ...counts } = this.counts;
    return {
      ...counts,
      ...(this.powerAverages && { averagedSteps }),
      learningRateFactors: this.factors,
      random: this.recipe.random.state,
    };
  }

  restore({ random, learningRateFactors, ...counts }: TrainerState): void {
    const images = counts.images ?? counts.step * imagesPerStep(this.recipe);
    this.counts = inStep({ averagedSteps: 0, ...counts, images }, this.gradientsPerMove);
    this.factors = learningRateFactors ?? { generator: 1, discriminator: 1 };
    this.recipe.random.restore(random);
  }

  dispose(): void {
    this.generatorPhase.dispose();
    this.discriminatorPhase.dispose();
    for (const { phase } of this.lazyPhases) phase.dispose();
    this.updateNorms?.dispose();
    this.powerAverages?.dispose();
    for (const { instance } of this.objectives) {
      instance.dispose?.();
      for (const one of instance.scheduled ?? []) one.dispose();
    }
    tf.dispose(keptBy(this.objectives));
    this.generatorOptimizer.dispose();
    this.discriminatorOptimizer.dispose();
  }
}
