import type { ClassMixture } from '@ganymede/classes';
import type { ComponentChoice, ImageShape, Plugin, WorkersSpec } from '@ganymede/core';
import type { CheckpointChoice } from '@ganymede/runs';
import type { SampledLatents } from './run-sampler.js';

/** Which images are drawn with a generator. */
export interface DrawOptions {
  /** Images in all, spread evenly over the classes; instead of `perClass`. */
  readonly count?: number;
  readonly perClass?: number;
  /** File of latents, as `projectImages` writes it: an image of each, instead of draws. */
  readonly latents?: string;
  /** Names or numbers; all by default. */
  readonly classes?: readonly (string | number)[];
  /** What every image has of each class, instead of `classes`; then `count`, or `perClass`, is their number. */
  readonly mixture?: ClassMixture;
  /** The component of slot `truncation`: its id is the convention. */
  readonly truncation?: { readonly use: string; readonly threshold?: number };
  readonly seed: number;
  readonly statistics: 'running' | 'standing';
  readonly batchSize?: number;
  readonly onProgress?: (done: number, total: number) => void;
  /** What the sampler is at, in words, and how much of it is done. */
  readonly onSampling?: (text: string, done: number, total: number) => void;
}

/** Which images, and with which generator. */
export interface SampleOptions extends DrawOptions {
  /** Folder of the run. */
  readonly run: string;
  readonly checkpoint?: CheckpointChoice;
  /** Weights of the moving average instead of the trained ones. */
  readonly ema: boolean;
  /** Another backend than the run's. */
  readonly backend?: ComponentChoice;
  readonly plugins?: readonly Plugin[];
  /**
   * The component of slot `sampler` that chooses among draws by what the run's discriminator says of them, and its options; the prior
   * or truncation alone by default.
   */
  readonly sampler?: ComponentChoice;
  /** The processes that make the images together, this one among them, each with the same options; rank 0 has all of them. */
  readonly workers?: WorkersSpec | undefined;
}

/** How samples were made, JSON-able. */
export interface SampleManifest {
  /** Name of the run's folder. */
  readonly run?: string;
  /** Generator steps of the checkpoint. */
  readonly step: number;
  readonly weights: 'ema' | 'trained';
  /** Of batch normalization. */
  readonly statistics: 'running' | 'running, of the truncation' | 'standing';
  /** With its convention; `none` for the whole prior. */
  readonly truncation: string | { readonly use: string; readonly threshold?: number };
  readonly seed: number;
  /** Classes that there are images of, in their order. */
  readonly drawnClasses: readonly string[];
  readonly mixture?: DrawOptions['mixture'];
  /** Name of the file. */
  readonly latents?: string;
  /** With every option; what it told of its work, acceptance rate among it; what its reader must know. */
  readonly sampler?: SampledLatents['sampler'];
  readonly samplerReport?: SampledLatents['report'];
  readonly samplerCautions?: readonly string[];
}

export interface SampleResult {
  /** uint8 [N, H, W, C]; none in a process that does not lead. */
  readonly images: Uint8Array;
  /** [N]. */
  readonly labels: Int32Array;
  readonly shape: ImageShape;
  /** Class names; a label is an index into them. */
  readonly classes: readonly string[];
  /** What the files of these images say of how they were made. */
  readonly manifest: SampleManifest;
  /** How latents were drawn, where a sampler did. */
  readonly sampling?: Omit<SampledLatents, 'z'>;
}
