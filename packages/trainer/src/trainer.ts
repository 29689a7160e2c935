import * as tf from '@tensorflow/tfjs';
import {
  stateOf,
  weightsOf,
  type NamedTensors,
  type NamedVariables,
  type GradientNorms,
  type OptimizerInstance,
  type RandomStreamState,
  type StepScalars,
} from '@ganymede/core';
import { CompiledPhase } from './compiled-phase.js';
import { averagedVariables, copyVariables, updateAverage } from './ema.js';
import { Feeds } from './feeds.js';
import { trainedWeights } from './frozen-weights.js';
import { gradientNorms, splitNorms } from './gradients.js';
import { NetworkPhase } from './network-phase.js';
import {
  discriminatorLoss,
  generatorLoss,
  immediate,
  lazy,
  penaltyGradients,
  type DiscriminatorInputs,
  type GeneratorInputs,
} from './phases.js';
import type { BatchSource, TrainingRecipe } from './recipe.js';
import { UpdateNorms } from './update-norms.js';

/** What a checkpoint keeps of the trainer besides tensors. */
export interface TrainerState {
  /** Generator steps done. */
  readonly step: number;
  /** Optimizer updates of each network done, lazy penalties included. */
  readonly generatorUpdates: number;
  readonly discriminatorUpdates: number;
  /** Discriminator steps done. */
  readonly discriminatorSteps: number;
  /** What stabilizers made of the learning rates; 1 at the start. */
  readonly learningRateFactors?: LearningRateFactors;
  readonly random: readonly RandomStreamState[];
}

type LearningRateFactors = Readonly<Record<'generator' | 'discriminator', number>>;

export interface StepReport {
  readonly step: number;
  /** Real images that went into the step. */
  readonly images: number;
  readonly scalars: StepScalars;
  /** Of the same steps, by weight. */
  readonly gradientNorms: GradientNorms;
  /** How far the step moved every weight, lazy penalties and all; null where it was not asked for. */
  readonly updateNorms: GradientNorms | null;
}

/**
 * Trains a generator and a discriminator: `discriminatorSteps` times phase D (and the lazy penalties that are
 * due), then phase G with the moving average. Order and arithmetic follow BigGAN-PyTorch's train_fns.py.
 */
export class Trainer {
  private readonly feeds: Feeds;
  private readonly trained: Readonly<Record<keyof GradientNorms, NamedVariables>>;
  private readonly generatorOptimizer: OptimizerInstance;
  private readonly discriminatorOptimizer: OptimizerInstance;
  private readonly generatorPhase: NetworkPhase;
  private readonly discriminatorPhase: NetworkPhase;
  private readonly lazyPhases: {
    readonly interval: number;
    readonly network: string;
    readonly phase: CompiledPhase;
  }[];
  /** Made when they are first asked for. */
  private updateNorms: UpdateNorms | null = null;
  private counts = { step: 0, generatorUpdates: 0, discriminatorUpdates: 0, discriminatorSteps: 0 };
  private factors: LearningRateFactors = { generator: 1, discriminator: 1 };

  constructor(
    private readonly recipe: TrainingRecipe,
    source: BatchSource,
  ) {
    const { generator, discriminator, emaGenerator } = recipe;
    this.feeds = new Feeds(recipe, source);
    const generatorWeights = weightsOf(generator);
    const discriminatorWeights = trainedWeights(discriminator, recipe.frozenDiscriminatorBlocks ?? 0);
    this.generatorOptimizer = recipe.generatorOptimizer.create(generatorWeights);
    this.discriminatorOptimizer = recipe.discriminatorOptimizer.create(discriminatorWeights);
    this.trained = { generator: generatorWeights, discriminator: discriminatorWeights };
    if (emaGenerator) copyVariables(averagedVariables(emaGenerator), averagedVariables(generator));

    this.discriminatorPhase = new NetworkPhase(recipe, {
      name: 'discriminator',
      weights: discriminatorWeights,
      optimizer: this.discriminatorOptimizer,
      loss: (inputs) =>
        discriminatorLoss(
          recipe,
          discriminatorWeights,
          inputs as unknown as DiscriminatorInputs,
          immediate(recipe, 'discriminator'),
        ),
    });
    this.generatorPhase = new NetworkPhase(recipe, {
      name: 'generator',
      weights: generatorWeights,
      optimizer: this.generatorOptimizer,
      loss: (inputs) =>
        generatorLoss(
          recipe,
          generatorWeights,
          inputs as unknown as GeneratorInputs,
          immediate(recipe, 'generator'),
        ),
      afterUpdate: (inputs) => {
        if (!emaGenerator) return;
        updateAverage(
          averagedVariables(emaGenerator),
          averagedVariables(generator),
          inputs.averageDecay as tf.Scalar,
        );
      },
    });
    this.lazyPhases = lazy(recipe).map((penalty, index, all) => {
      const place = all.slice(0, index).filter(({ network }) => network === penalty.network).length;
      const ofGenerator = penalty.network === 'generator';
      const weights = ofGenerator ? generatorWeights : discriminatorWeights;
      const optimizer = ofGenerator ? this.generatorOptimizer : this.discriminatorOptimizer;
      const phase = new CompiledPhase(
        recipe.backend,
        `${penalty.network}-penalty${index}`,
        recipe.precision,
        ({ learningRate, update, ...inputs }) => {
          const { gradients, scalars } = penaltyGradients(
            recipe,
            weights,
            ofGenerator ? null : (inputs as unknown as DiscriminatorInputs),
            [penalty],
            penalty.interval,
          );
          optimizer.apply(weights, gradients, learningRate as tf.Scalar, update as tf.Scalar);
          // A second penalty at an interval has numbers of its own.
          const { gradientNorm, ...squares } = gradientNorms(gradients);
          return {
            [`penalty${place}`]: scalars['penalty0']!,
            [place === 0 ? 'gradientNorm' : `gradientNorm${place}`]: gradientNorm!,
            ...squares,
          };
        },
      );
      return { interval: penalty.interval, network: penalty.network, phase };
    });
  }

  /** Generator steps done. */
  get step(): number {
    return this.counts.step;
  }

  /**
   * One generator step with its discriminator steps.
   * @param options.updateNorms - report how far every weight moved
   */
  async advance({ updateNorms = false }: { readonly updateNorms?: boolean } = {}): Promise<StepReport> {
    const { recipe, counts, factors } = this;
    if (updateNorms) (this.updateNorms ??= new UpdateNorms(recipe.backend, this.trained)).before();
    const scalars: Record<string, number> = {};
    const norms: Record<keyof GradientNorms, Record<string, number>> = { generator: {}, discriminator: {} };
    const note = (prefix: string, reported: Record<string, number>): void => {
      const split = splitNorms(reported);
      for (const [name, value] of Object.entries(split.scalars)) scalars[`${prefix}.${name}`] = value;
      if (prefix === 'G') norms.generator = split.norms;
      if (prefix === 'D') norms.discriminator = split.norms;
    };
    const factor = recipe.schedule.factor(counts.step);
    for (let k = 0; k < recipe.discriminatorSteps; k++) {
      const learningRate = recipe.learningRates.discriminator * factor * factors.discriminator;
      const update = ++counts.discriminatorUpdates;
      note(
        'D',
        await this.discriminatorPhase.run(() => this.feeds.discriminator(), { learningRate, update }),
      );
      await this.runLazy('discriminator', counts.discriminatorSteps++, learningRate, note);
    }
    const learningRate = recipe.learningRates.generator * factor * factors.generator;
    const averageDecay = counts.step + 1 < recipe.ema.start ? 0 : recipe.ema.decay;
    const update = ++counts.generatorUpdates;
    note(
      'G',
      await this.generatorPhase.run(() => this.feeds.generator(), { learningRate, update, averageDecay }),
    );
    await this.runLazy('generator', counts.step, learningRate, note);
    counts.step++;
    const images = recipe.discriminatorSteps * recipe.accumulation * recipe.batchSize;
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

  private async runLazy(
    network: 'generator' | 'discriminator',
    done: number,
    learningRate: number,
    note: (prefix: string, values: Record<string, number>) => void,
  ): Promise<void> {
    for (const { interval, network: owner, phase } of this.lazyPhases) {
      if (owner !== network || done % interval !== 0) continue;
      const update =
        network === 'generator' ? ++this.counts.generatorUpdates : ++this.counts.discriminatorUpdates;
      const inputs: NamedTensors = network === 'discriminator' ? await this.feeds.discriminator() : {};
      const numbers = { learningRate: tf.scalar(learningRate), update: tf.scalar(update) };
      note(network === 'generator' ? 'Greg' : 'Dreg', await phase.run({ ...inputs, ...numbers }));
    }
  }

  /** Every variable that a checkpoint keeps, by file and by name. */
  variables(): Record<string, NamedVariables> {
    const { generator, discriminator, emaGenerator, regularizers } = this.recipe;
    const remembered = Object.fromEntries(
      regularizers.flatMap(({ state }, index) =>
        Object.entries(state ?? {}).map(([name, variable]) => [`${index}.${name}`, variable]),
      ),
    );
    return {
      generator: averagedVariables(generator),
      discriminator: { ...weightsOf(discriminator), ...stateOf(discriminator) },
      ...(emaGenerator ? { ema: averagedVariables(emaGenerator) } : {}),
      'generator-optimizer': this.generatorOptimizer.state,
      'discriminator-optimizer': this.discriminatorOptimizer.state,
      ...(Object.keys(remembered).length > 0 ? { regularizers: remembered } : {}),
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
    this.counts = { step: 0, generatorUpdates, discriminatorUpdates, discriminatorSteps: 0 };
  }

  get state(): TrainerState {
    return { ...this.counts, learningRateFactors: this.factors, random: this.recipe.random.state };
  }

  restore({ random, learningRateFactors, ...counts }: TrainerState): void {
    this.counts = { ...counts };
    this.factors = learningRateFactors ?? { generator: 1, discriminator: 1 };
    this.recipe.random.restore(random);
  }

  dispose(): void {
    this.generatorPhase.dispose();
    this.discriminatorPhase.dispose();
    for (const { phase } of this.lazyPhases) phase.dispose();
    this.updateNorms?.dispose();
    this.generatorOptimizer.dispose();
    this.discriminatorOptimizer.dispose();
  }
}
