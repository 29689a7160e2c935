import type { Caution } from './caution.js';
import type * as tf from '@tensorflow/tfjs';
import type { Backend } from './backend.js';
import type { CallContext } from './layer.js';
import type { Discriminator, Generator } from './networks.js';
import type { RandomStream } from './random.js';

/** A distribution of latents. */
export interface Prior {
  /** [count x size], row-major. */
  sample(count: number, size: number, random: RandomStream): Float32Array;
  /**
   * Logarithm of the density, up to a constant, with a gradient: what walks through latents needs it. Absent where the
   * distribution has none. Called within a `tidy`.
   * @param z - [B, size]
   * @returns [B]
   */
  logDensity?(z: tf.Tensor2D): tf.Tensor1D;
}

/** Draws latents with less variety and more fidelity; the convention is the component's name. */
export interface Truncation extends Prior {
  /** The four meanings of truncation differ; see docs of each component. */
  readonly convention: string;
}

/** What a sampler says of its work, for manifests. */
export type SamplerReport = Readonly<Record<string, string | number | boolean>>;

/** Real images with their classes, read in order. */
export interface LabelledImages {
  /** Class of each image, [N]. */
  readonly labels: Int32Array;
  /** Whose images they are, for the report. */
  readonly source: SamplerReport;
  /** uint8 [count, H, W, C] of the images from `start` on. */
  read(start: number, count: number): Promise<Uint8Array>;
}

/**
 * Makes pieces of work that do not depend on one another, in whichever of a run's processes; all of them have all results.
 * @param pieces - how many
 * @param length - numbers that each makes
 * @returns what was made, in order
 */
export type SharePieces = (
  pieces: number,
  length: number,
  make: (piece: number) => Promise<Float32Array>,
) => Promise<readonly Float32Array[]>;

/** What a sampler works with. */
export interface SamplerSpec {
  readonly backend: Pick<Backend, 'compile'>;
  readonly generator: Generator;
  /** Trained with the generator. */
  readonly discriminator: Discriminator;
  /** Where latents come from. */
  readonly source: Prior | Truncation;
  /** How the generator is called. */
  readonly call: CallContext;
  /** Images at a time; what is drawn does not depend on it, but for rounding. */
  readonly batchSize: number;
  readonly seed: number;
  /**
   * Shares work with other processes, which all make the same calls in the same order; absent where this one is alone. A sampler that
   * does not use it does all of the work in each.
   */
  readonly share?: SharePieces | undefined;
  /** At most `count` real images by chance, those that D was not trained on where there are such. Opens the data. */
  realImages(count: number): Promise<LabelledImages>;
  readonly onProgress?: (text: string, done: number, total: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/** What a reader of a sampler's images must know; of all of them, so that it names no numbers. */
export type SamplerCaution = Pick<Caution, 'code' | 'text'>;

export interface DrawnLatents {
  /** [N x latentSize], row-major. */
  readonly z: Float32Array;
  /** What came of it: calibration, acceptance rate. */
  readonly report: SamplerReport;
  readonly cautions?: readonly SamplerCaution[];
}

/** A sampler that knows a generator and its discriminator. */
export interface OpenSampler {
  /**
   * A latent for each label. The i-th depends on the seed, its label and i alone, not on how many are asked for.
   * @param labels - [N]
   * @returns latents, and what has to be said of them
   */
  draw(labels: Int32Array): Promise<DrawnLatents>;
  dispose(): void;
}

/** Draws latents by what the discriminator says of their images: rejection, or steps through latents. */
export interface Sampler {
  /** Calibrates what has to be. The caller disposes of the result. */
  open(spec: SamplerSpec): Promise<OpenSampler>;
}
