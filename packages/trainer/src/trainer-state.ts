import type { GradientNorms, RandomStreamState, StepScalars } from '@ganymede/core';

/** What a checkpoint keeps of the trainer besides tensors. */
export interface TrainerState {
  /** Generator steps done. */
  readonly step: number;
  /** Optimizer updates of each network done, lazy penalties included. */
  readonly generatorUpdates: number;
  readonly discriminatorUpdates: number;
  /** Discriminator steps done. */
  readonly discriminatorSteps: number;
  /** Real images that discriminator steps were fed with; absent in checkpoints of before they were counted. */
  readonly images?: number;
  /** Updates of the power-function averages done; 0 where there are none, or the weights came without them. */
  readonly averagedSteps?: number;
  /** What stabilizers made of the learning rates; 1 at the start. */
  readonly learningRateFactors?: LearningRateFactors;
  readonly random: readonly RandomStreamState[];
}

/** Counts of a run before its first step. */
export const noSteps = {
  step: 0,
  generatorUpdates: 0,
  discriminatorUpdates: 0,
  discriminatorSteps: 0,
  images: 0,
  averagedSteps: 0,
};

/** What stabilizers made of the learning rates. */
export type LearningRateFactors = Readonly<Record<'generator' | 'discriminator', number>>;

/** What one step did. */
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
