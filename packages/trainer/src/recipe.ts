import type {
  Augmentation,
  Backend,
  Discriminator,
  Generator,
  Loss,
  Objective,
  Optimizer,
  Prior,
  RandomStreams,
  Regularizer,
  ReplicaGroup,
  Replicas,
  Schedule,
  Scheduled,
} from '@ganymede/core';

/** An objective, and the name under which its numbers and its memory go: the component's id. */
export interface NamedObjective {
  readonly name: string;
  readonly objective: Objective;
}

/** Everything that one run trains with. Learning rates are per step, before the schedule's factor. */
export interface TrainingRecipe {
  readonly backend: Backend;
  readonly precision: 'float32' | 'bfloat16';
  readonly generator: Generator;
  readonly discriminator: Discriminator;
  /** A second generator whose variables hold the exponential moving average; null trains without one. */
  readonly emaGenerator: Generator | null;
  readonly loss: Loss;
  readonly regularizers: readonly Regularizer[];
  /** Of any other kind; none if absent. */
  readonly objectives?: readonly NamedObjective[];
  /** Images of each class in the training data, for objectives; null or absent where nobody counted. */
  readonly classCounts?: readonly number[] | null;
  readonly prior: Prior;
  readonly augmentation: Augmentation | null;
  readonly generatorOptimizer: Optimizer;
  readonly discriminatorOptimizer: Optimizer;
  readonly learningRates: { readonly generator: Scheduled; readonly discriminator: Scheduled };
  readonly schedule: Schedule;
  /** Images in one micro-batch, of all replicas together; the batch is `batchSize * accumulation`. */
  readonly batchSize: number;
  /** Micro-batches whose gradients are averaged into one optimizer step. */
  readonly accumulation: number;
  /** Discriminator steps for each generator step. */
  readonly discriminatorSteps: number;
  /** D on fake and real in two passes instead of one: half the memory, other batch statistics and u vectors. */
  readonly splitDiscriminator: boolean;
  /**
   * Before generator step `start` the average is a copy (BigGAN-PyTorch utils.py: ema). With `halfLife`, the images in
   * which a weight's share in the average halves, the decay is 0.5^(images of a step / halfLife) (StyleGAN2-ADA,
   * training_loop.py: ema_kimg), and `decay` is not looked at.
   */
  readonly ema: { readonly decay: Scheduled; readonly start: number; readonly halfLife?: Scheduled | null };
  /** Exponents of power-function averages that are kept beside it; none if absent. */
  readonly powerAverages?: readonly number[];
  readonly random: RandomStreams;
  /** Processes that train together, each with its part of every micro-batch; absent: this one has all of it. */
  readonly replicas?: Replicas | undefined;
  /** Over which of them batch statistics are taken; over all if absent. */
  readonly statistics?: ReplicaGroup | undefined;
  /** What gradients are rounded to on their way between replicas; float32 if absent. */
  readonly gradientExchange?: 'float32' | 'bfloat16';
  /** Blocks of the discriminator, from the image on, whose weights no step moves; none if absent. */
  readonly frozenDiscriminatorBlocks?: number;
}

/** A micro-batch of real images. */
export interface Batch {
  /** [B, H, W, C], 0..255, of this replica: B is `batchSize` where there is one. */
  readonly images: Uint8Array;
  /** [B]. */
  readonly labels: Int32Array;
}

/** Where real images come from; the trainer asks for one micro-batch at a time. */
export interface BatchSource {
  next(): Promise<Batch>;
}
