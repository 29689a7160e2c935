import type * as tf from '@tensorflow/tfjs';
import type { DiscriminatorPass } from './discriminator-pass.js';
import type { NamedVariables } from './layer.js';
import type { RandomStream } from './random.js';
import type { ReplicaGroup, Replicas } from './replicas.js';
import type { ScheduledNumber } from './scheduled-number.js';
import type { Discriminator, Generator } from './networks.js';
import type { Prior } from './sampling.js';

/*
 * The objective of a training step: an adversarial loss, penalties, an augmentation, and objectives of any other kind.
 * All of it runs inside compiled steps: it reads no values, host numbers come in through `draws` and `scheduled`.
 */

export type NetworkName = 'generator' | 'discriminator';

/**
 * How D's outputs are to be read under a loss. `logits`: a unit or two is all that the loss asks for; `differences`: the
 * same of the difference between real and fake outputs, whose level is free; `distances`: their difference estimates a
 * distance between images.
 */
export type LossOutputs = 'logits' | 'differences' | 'distances';

/** The adversarial loss: logits in, scalars out; both are minimised. */
export interface Loss {
  discriminator(real: tf.Tensor1D, fake: tf.Tensor1D): { readonly real: tf.Scalar; readonly fake: tf.Scalar };
  /** `real` is given when `needsReal` is set: logits of a fresh batch of real images. */
  generator(fake: tf.Tensor1D, real?: tf.Tensor1D): tf.Scalar;
  /** Whether the generator's loss needs the logits of real images (relativistic losses). */
  readonly needsReal?: boolean;
  /** Whether it compares the i-th fake image with the i-th real one: fake ones then get the labels of the real ones. */
  readonly comparesPairs?: boolean;
  /** `logits` where it is absent. */
  readonly outputs?: LossOutputs;
  /**
   * It looks across the images of a micro-batch. Where that is spread over processes, each looks across its own part, and the step
   * is not that of one process: whoever trains is told.
   */
  readonly acrossImages?: boolean;
}

/** Random numbers that a step is fed with: drawn on the host from a stream of the run, anew for every micro-batch. */
export interface Draw {
  /** Name of the stream. Whoever asks for the same stream in a step gets the same numbers. */
  readonly stream: string;
  /** Uniform in [0, 1), standard normal, or, of shape `latent` alone, as the run's prior draws latents. */
  readonly distribution: 'uniform' | 'normal' | 'prior';
  /** Of the numbers for one image, [B, ...shape] in all; `image` is [H, W, C], `latent` is [latentSize]. */
  readonly shape: 'image' | 'latent' | readonly number[];
}

/** What has to be there in a step that would not be otherwise. */
export type ObjectiveNeed =
  /** D's features, in every pass. */
  | 'features'
  /** Its maps, with the features. */
  | 'maps'
  /** A fresh batch of real images in G's step. */
  | 'realForGenerator'
  /** `inputGradient` of real, of fake images out of the same pass as the loss, where there is one. */
  | 'gradientAtReal'
  | 'gradientAtFake'
  /** Latents that the objective changes by D: D's step has its fake images, which depend on D, inside of the gradient. */
  | 'gradientThroughLatents';

/** What is trained on in one micro-batch of one network's step. Passes run when they are first looked at, once. */
export interface ObjectiveStep {
  /** Whose step it is: gradients are taken to its weights alone. */
  readonly network: NetworkName;
  readonly generator: Generator;
  readonly discriminator: Discriminator;
  /** Of the network whose step it is. */
  readonly weights: NamedVariables;
  /** Latents as objectives changed them, [B, latentSize]. */
  readonly z: tf.Tensor2D;
  /** int32 [B]. */
  readonly fakeLabels: tf.Tensor1D;
  /** G(z, y), and what D makes of it. Constant images in D's step, unless `gradientThroughLatents` was asked for. */
  readonly fake: DiscriminatorPass;
  /**
   * Real images, and what D makes of them.
   * @throws STEP_WITHOUT_REAL in G's step, unless `realForGenerator` was asked for
   */
  readonly real: DiscriminatorPass;
  /** G of other latents for the same labels, [B, H, W, C]; no state moves. */
  generate(z: tf.Tensor2D): tf.Tensor4D;
  /** What was drawn from a stream that `draws` names, [B, ...shape]. @throws STREAM_NOT_DRAWN */
  draw(stream: string): tf.Tensor;
  /**
   * Where the micro-batch is spread over processes: what is here is the part of this one. Terms are averaged over all of them
   * by the trainer; what `observe` keeps of images has to be averaged by whoever keeps it (`replicas.mean`).
   */
  readonly replicas?: Replicas | undefined;
  /** Over which of them batch statistics are taken, for passes of its own (`stillCall`). */
  readonly statistics?: ReplicaGroup | undefined;
}

/** What reads a step: penalties and objectives. */
export interface StepReader {
  /** What it remembers from step to step, by name; saved with the checkpoint and restored. Not trained. */
  readonly state?: NamedVariables;
  /** Numbers of its own that follow a schedule; the trainer moves them before every step. */
  readonly scheduled?: readonly ScheduledNumber[];
  readonly needs?: readonly ObjectiveNeed[];
  /** What it draws in a step of a network. */
  draws?(network: NetworkName): readonly Draw[];
  /**
   * Moves `state` by what the step (of one micro-batch) saw, just before its terms, which move nothing themselves.
   * @returns numbers to report
   */
  observe?(step: ObjectiveStep): Readonly<Record<string, tf.Scalar>> | void;
}

/** The simple case: a penalty on one network, every `interval` steps of that network (times `interval`). */
export interface Regularizer extends StepReader {
  readonly network: NetworkName;
  /** 1: in the same step as the loss; above 1: lazily, in a phase of its own. */
  readonly interval: number;
  /** It looks at weights alone: a phase of its own is fed with nothing. */
  readonly ofWeights?: boolean;
  /** As of a {@link Loss}. */
  readonly acrossImages?: boolean;
  /** Scalar, its strength included. */
  penalty(step: ObjectiveStep): tf.Scalar;
}

/**
 * Changes images before D sees them, real and fake ones the same way, differentiably; twice, where a penalty on D's input
 * gradient goes through it.
 */
export interface Augmentation {
  /** Host numbers that `apply` consumes, drawn for one batch: [count, width]. */
  draw(count: number, random: RandomStream): { readonly values: Float32Array; readonly width: number };
  apply(images: tf.Tensor4D, drawn: tf.Tensor2D): tf.Tensor4D;
  /** As of a {@link StepReader}. */
  readonly state?: NamedVariables;
  readonly scheduled?: readonly ScheduledNumber[];
  /** After D's pass over a micro-batch, in D's steps alone. @returns numbers to report */
  observe?(step: ObjectiveStep): Readonly<Record<string, tf.Scalar>> | void;
}

/** Terms of a loss by name, each a scalar with its weight in it. */
export type Terms = Readonly<Record<string, tf.Scalar>>;

/** What an objective is made for. */
export interface ObjectiveSpec {
  readonly generator: Generator;
  readonly discriminator: Discriminator;
  /** Images of each class in the training data; null where there is none (tests). */
  readonly classCounts: readonly number[] | null;
  /** Images in one micro-batch. */
  readonly batchSize: number;
  /** Of the run's latents. */
  readonly prior: Prior;
  /** For first weights. */
  readonly random: RandomStream;
}

/**
 * Any training trick beside loss, penalties and augmentation. It may change what goes into a step, add terms to both
 * networks' losses, train weights of its own with either network, and remember.
 */
export interface Objective {
  /** As of a {@link Loss}. */
  readonly acrossImages?: boolean;
  /** Called once, before training. @throws what does not fit the run: too few classes, a D without features */
  create(spec: ObjectiveSpec): ObjectiveInstance;
}

export interface ObjectiveInstance extends StepReader {
  /** Trained by the optimizer of a network, by name: heads. */
  readonly weights?: Readonly<Partial<Record<NetworkName, NamedVariables>>>;
  /** Labels of fake images in training, int32 [count], instead of uniform ones. One objective of a run may. */
  labels?(count: number, random: RandomStream): Int32Array;
  /** Latents before G sees them, [B, latentSize]. `step.z` is what came in. */
  changeLatents?(step: ObjectiveStep): tf.Tensor2D;
  /** Real images before D sees them, [B, H, W, C]. `real` is what came in, with `step.fake` beside it. */
  changeReal?(real: tf.Tensor4D, step: ObjectiveStep): tf.Tensor4D;
  /** Logits of fake images before G's adversarial loss sees them, [B]. */
  changeFakeLogits?(logits: tf.Tensor1D, step: ObjectiveStep): tf.Tensor1D;
  /** Added to D's loss. */
  discriminator?(step: ObjectiveStep): Terms;
  /** Added to G's loss. */
  generator?(step: ObjectiveStep): Terms;
  dispose?(): void;
}
