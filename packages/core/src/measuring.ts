import type * as tf from '@tensorflow/tfjs';
import type { Caution } from './caution.js';
import type { RandomStream } from './random.js';

/** What an extractor gives of a batch of images, in their order. */
export interface ExtractedFeatures {
  /** [B, featureSize] */
  readonly features: tf.Tensor2D;
  /** Class scores before softmax, [B, logitSize]; Inception Score is made of them. */
  readonly logits?: tf.Tensor2D;
  /** Features that still know where in the image they are, [B, spatialSize]. */
  readonly spatial?: tf.Tensor2D;
}

export interface ExtractOptions {
  /**
   * Leave pixels unrounded, whatever the extractor's quantization says: images that differ by less than a level of 8
   * bits must not become equal (path length).
   */
  readonly unrounded?: boolean;
}

/** A network that says what is in an image in numbers that metrics compare. */
export interface FeatureExtractor {
  readonly featureSize: number;
  /** Numbers in a row of logits; absent where the extractor has none. */
  readonly logitSize?: number;
  /** Numbers in a row of spatial features; absent where the extractor has none. */
  readonly spatialSize?: number;
  /** The manifest's part: which weights, which resizer, which quantization. */
  readonly manifest: Readonly<Record<string, string | number | boolean>>;
  /**
   * Reads and builds the network, once, before the first `extract`.
   * @throws a coded error that says where missing weights belong
   */
  load(): Promise<void>;
  /**
   * A pure function of tensors, so that it can be compiled.
   * @param images - [B, H, W, C] in [-1, 1]
   */
  extract(images: tf.Tensor4D, options?: ExtractOptions): ExtractedFeatures;
  dispose(): void;
}

/** Features of some images on the host, row-major, in the order of the images. */
export interface FeatureBatch {
  /** Images. */
  readonly count: number;
  /** [count, size] */
  readonly features: Float32Array;
  /** [count, logitSize] */
  readonly logits?: Float32Array;
  /** [count, spatialSize] */
  readonly spatial?: Float32Array;
  /** Class of each image, [count]. */
  readonly labels?: Int32Array;
}

/** What a set of features will be, known before its first batch. */
export interface FeatureSetShape {
  /** Images in the whole set. */
  readonly count: number;
  readonly featureSize: number;
  readonly logitSize?: number;
  readonly spatialSize?: number;
  /** Number of classes, where images have labels. */
  readonly classes?: number;
}

/** Arrays by name: a summary as it lies in a cache. */
export type SummaryArrays = Readonly<Record<string, Float64Array | Float32Array | Int32Array>>;

/** What a metric keeps of a set of images: moments, say, whose size does not depend on the number of images. */
export interface FeatureSummary {
  /** Images taken in so far. */
  readonly count: number;
  add(batch: FeatureBatch): Promise<void>;
  /** All that `restore` needs; asked for when every batch is in. */
  arrays(): Promise<SummaryArrays>;
}

/** How a metric sums up a set. Metrics whose `key` is the same share one summary. */
export interface SummaryKind {
  /** What is kept and with which options, e.g. `moments`; also names the cache of a reference set. */
  readonly key: string;
  create(shape: FeatureSetShape): FeatureSummary;
  /** The summary whose `arrays` these are. */
  restore(shape: FeatureSetShape, arrays: SummaryArrays): FeatureSummary;
}

/** Which way is better, for the choice of a best checkpoint. */
export type Direction = 'lower' | 'higher' | 'neither';

/** What a metric found, and what has to be said beside it. */
export interface MetricResult {
  /** A value for each of the metric's outputs; NaN where these sets have none, never without a caution about it. */
  readonly numbers: Readonly<Record<string, number>>;
  readonly cautions: readonly Caution[];
}

/** A distance between two sets of images, or a score of one, over features of whatever extractor. */
export interface Metric {
  /** Every number that `compute` gives, the main one first, and which way of it is better. */
  readonly outputs: Readonly<Record<string, Direction>>;
  /** What it needs besides features. */
  readonly needs: readonly ('logits' | 'spatial' | 'labels')[];
  readonly summary: SummaryKind;
  /**
   * Whether the numbers of images drawn with replacement tell their spread. Not so for metrics of nearest neighbours: an
   * image that is drawn twice is its own neighbour.
   */
  readonly bootstraps?: boolean;
  /**
   * Refuses sets of these sizes before anything is extracted or trained, where `compute` would.
   * @throws TOO_FEW_IMAGES, ONE_CLASS
   */
  expectEnough?(real: FeatureSetShape, fake: FeatureSetShape): void;
  /**
   * A number of sets on which it says little, equal images or too few, comes with a caution.
   * @param real - of this metric's summary kind, complete
   * @param fake - as `real`
   * @param random - whatever chance it uses: subsets, say
   */
  compute(real: FeatureSummary, fake: FeatureSummary, random: RandomStream): Promise<MetricResult>;
}
