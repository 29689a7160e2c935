import type * as tf from '@tensorflow/tfjs';
import type { CallContext, LayerNode, NamedTensors, NamedVariables } from './layer.js';
import type { FeatureExtractor, Metric } from './measuring.js';
import type { Augmentation, Loss, Objective, Regularizer } from './objective.js';
import type { RandomStream } from './random.js';
import type { ScheduledNumber } from './scheduled-number.js';
import type { Reporter, Stabilizer } from './watching.js';

/** Height, width and channels of an image, in that order. */
export interface ImageShape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/* ---------------------------------------------------------------- backend */

/** Tensors by name: what a compiled step takes and gives. */
export interface CompiledStep {
  /** Runs off the main thread where the backend can; the caller owns the outputs. */
  run(inputs: NamedTensors): Promise<NamedTensors>;
  dispose(): void;
}

export interface CompileOptions {
  readonly name: string;
  readonly precision?: 'float32' | 'bfloat16';
}

export interface BackendDescription {
  readonly name: string;
  readonly device: string;
  readonly library: string;
  readonly threads: number;
  readonly details?: Record<string, string | number | boolean>;
}

/** What a backend recorded of its own work. */
export interface BackendProfile {
  /** For the tools that read them, by file name. */
  readonly files: Readonly<Record<string, Uint8Array>>;
  /** Time by kind of op, longest first; ops that ran at the same time count both. */
  readonly ops: readonly { readonly op: string; readonly calls: number; readonly milliseconds: number }[];
}

/** An engine under tfjs. `activate` loads it and makes it tfjs's current backend. */
export interface Backend {
  activate(): Promise<BackendDescription>;
  /**
   * A function of tensors that runs as one unit: traced and compiled where the backend can, else eager inside
   * `tidy`. `step` is pure but for assignments to variables; host numbers that change come in as tensors.
   */
  compile(step: (inputs: NamedTensors) => NamedTensors, options: CompileOptions): CompiledStep;
  /** Records what the backend does until `stop`; absent where the backend has no profiler. */
  startProfile?(): { stop(): BackendProfile };
  dispose(): void;
}

/* ---------------------------------------------------------------- data */

export interface DatasetReport {
  /** Files that could not be used, with the reason, in plain words. */
  readonly skipped: readonly { readonly file: string; readonly reason: string }[];
  /** Remarks for people: where labels come from, what was taken as a wrapper, images that were resized. */
  readonly notes?: readonly string[];
}

/** Labelled images, decoded, in memory or memory-mapped as uint8. */
export interface Dataset {
  readonly name: string;
  readonly imageShape: ImageShape;
  /** Class names; a label is an index into them. */
  readonly classes: readonly string[];
  /** Number of images. */
  readonly length: number;
  /**
   * What the data is: a hash of names, labels, contents and options, whatever folder or disk they lie on. Another pixel
   * makes another fingerprint, a copy does not.
   */
  readonly fingerprint: string;
  /** What earlier versions called the same data by; theirs may say less (names and sizes of files). */
  readonly formerFingerprints?: readonly string[];
  readonly report: DatasetReport;
  /** The label of each image. */
  labels(): Int32Array;
  /** Images as uint8 [indices.length, H, W, C], row-major, in the order of `indices`. */
  read(indices: ArrayLike<number>): Promise<Uint8Array>;
  close(): Promise<void>;
}

/* ---------------------------------------------------------------- networks */

/** Labels, int32 [B]; or what each image has of each class, float32 [B, classes]: a label is a row with a single 1. */
export type ClassLabels = tf.Tensor1D | tf.Tensor2D;

/**
 * One place where z enters a network: a weight [inputs, outputs] that is multiplied from the left, and which of its rows
 * meet which components of z.
 */
export interface LatentInput {
  /** Dotted name of the weight. */
  readonly weight: string;
  /** First of the rows that meet z. */
  readonly row: number;
  /** First component of z that enters here, and their number. */
  readonly start: number;
  readonly size: number;
}

export interface Generator extends LayerNode {
  readonly latentSize: number;
  /** Every place where z enters, from the bottom up; absent where the network does not say. */
  readonly latentInputs?: readonly LatentInput[];
  readonly classes: number;
  readonly imageShape: ImageShape;
  /**
   * @param z - latents [B, latentSize]
   * @param y - labels, or mixtures of classes: what lies between two classes has a part of both
   * @returns images [B, H, W, C], meant to lie in [-1, 1]; a network without tanh goes beyond, and who shows them clips them
   */
  generate(z: tf.Tensor2D, y: ClassLabels, ctx: CallContext): tf.Tensor4D;
}

export interface Discriminator extends LayerNode {
  /** Uniform numbers for each image that a training pass takes as `ctx.noise` (dropout); absent: none. */
  readonly noiseSize?: number;
  /** The network in two halves, for objectives that look at its features; absent where it cannot be cut so. */
  readonly features?: DiscriminatorFeatures;
  /**
   * @param x - images [B, H, W, C] in [-1, 1]
   * @param y - labels, int32 [B]
   * @returns logits [B]
   */
  discriminate(x: tf.Tensor4D, y: tf.Tensor1D, ctx: CallContext): tf.Tensor1D;
}

/** A discriminator cut before its last layer: `discriminate(x, y, ctx)` is `logits(extract(x, ctx), y, ctx)`. */
export interface DiscriminatorFeatures {
  /** Features of an image. */
  readonly size: number;
  /** @returns [B, size], without regard to labels */
  extract(x: tf.Tensor4D, ctx: CallContext): tf.Tensor2D;
  /** @param features - [B, size]; @returns logits [B] */
  logits(features: tf.Tensor2D, y: tf.Tensor1D, ctx: CallContext): tf.Tensor1D;
}

/** Makes a network; called once for each copy (the trained one, the EMA). */
export interface GeneratorFactory {
  create(spec: {
    readonly imageShape: ImageShape;
    readonly classes: number;
    readonly random: RandomStream;
  }): Generator;
}

export interface DiscriminatorFactory {
  create(spec: {
    readonly imageShape: ImageShape;
    readonly classes: number;
    readonly random: RandomStream;
  }): Discriminator;
}

/* ---------------------------------------------------------------- sampling */

/** A distribution of latents. */
export interface Prior {
  /** [count x size], row-major. */
  sample(count: number, size: number, random: RandomStream): Float32Array;
}

/** Draws latents with less variety and more fidelity; the convention is the component's name. */
export interface Truncation {
  /** The four meanings of truncation differ; see docs of each component. */
  readonly convention: string;
  sample(count: number, size: number, random: RandomStream): Float32Array;
}

/* ---------------------------------------------------------------- optimisation */

/** The moments of one network's optimizer and the rule that moves its weights. */
export interface OptimizerInstance {
  /** Slots by name, e.g. `m.blocks.0.conv1.weight`; saved and restored with the checkpoint. */
  readonly state: NamedVariables;
  /**
   * Moves every weight that has a gradient; runs inside a compiled step.
   * @param learningRate - scalar
   * @param step - 1 for the first update, scalar, float32
   */
  apply(weights: NamedVariables, gradients: NamedTensors, learningRate: tf.Scalar, step: tf.Scalar): void;
  /** Numbers of its rule that follow a schedule, which the trainer moves before every step; freed by `dispose`. */
  readonly scheduled?: readonly ScheduledNumber[];
  dispose(): void;
}

export interface Optimizer {
  create(weights: NamedVariables): OptimizerInstance;
}

/** The factor on the learning rate at a step (0 for the first). */
export interface Schedule {
  factor(step: number): number;
}

/** What each slot holds. A plugin swaps any of them. */
export interface Slots {
  backend: Backend;
  dataset: DatasetSource;
  generator: GeneratorFactory;
  discriminator: DiscriminatorFactory;
  loss: Loss;
  regularizer: Regularizer;
  augmentation: Augmentation;
  objective: Objective;
  prior: Prior;
  truncation: Truncation;
  optimizer: Optimizer;
  schedule: Schedule;
  stabilizer: Stabilizer;
  metric: Metric;
  featureExtractor: FeatureExtractor;
  reporter: Reporter;
}

/** Opens a dataset: scanning and decoding may take time and is reported. */
export interface DatasetSource {
  open(context: DatasetOpenContext): Promise<Dataset>;
  /**
   * The sizes that images have before anything is cropped or resized, each once; absent where images have no size of
   * their own. So that nothing has to be assumed where no resolution is given.
   */
  sizes?(): Promise<readonly ImageSize[]>;
}

/** A size in pixels, and the first image that has it. */
export interface ImageSize {
  readonly width: number;
  readonly height: number;
  readonly file: string;
}

export interface DatasetOpenContext {
  /** Folder for decoded images. */
  readonly cacheFolder: string;
  /** Pixels a side that images are cropped and resized to. */
  readonly resolution: number;
  readonly channels: 1 | 3 | 4;
  /** Stop at the first file that cannot be used instead of skipping it. */
  readonly strict: boolean;
  /** How whoever opens the data can be told to skip such files, for the hint of the error that strict raises. */
  readonly strictHint?: string;
  readonly onProgress?: (done: number, total: number) => void;
}

export type SlotName = keyof Slots;

/** Every slot by name. */
export const slotNames = [
  'backend',
  'dataset',
  'generator',
  'discriminator',
  'loss',
  'regularizer',
  'augmentation',
  'objective',
  'prior',
  'truncation',
  'optimizer',
  'schedule',
  'stabilizer',
  'metric',
  'featureExtractor',
  'reporter',
] as const satisfies readonly SlotName[];
