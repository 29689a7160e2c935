import type { Plugin, ComponentChoice, Resolution, WorkersSpec } from '@ganymede/core';
import type { CheckpointChoice } from '@ganymede/runs';

/** What an evaluation is at. */
export type EvaluateProgress =
  | {
      readonly part: 'data' | 'reference' | 'generated' | 'first' | 'second';
      readonly done: number;
      readonly total: number;
    }
  | { readonly part: 'metric'; readonly metric: string }
  /** A sampler that asks the discriminator, in its words. */
  | { readonly part: 'sampler'; readonly text: string; readonly done: number; readonly total: number };

/** How things are measured; whatever is absent is the run's own choice. */
export interface MeasureOptions {
  readonly metrics?: readonly ComponentChoice[];
  readonly extractor?: ComponentChoice;
  /** Of subsets, latents and labels; 0 by default. */
  readonly seed?: number;
  /** Of the extractor; `auto` is bfloat16 where the machine has matrix units for it. float32 by default. */
  readonly precision?: 'auto' | 'float32' | 'bfloat16';
  readonly backend?: ComponentChoice;
  readonly plugins?: readonly Plugin[];
  /** Resamples of the generated images for confidence intervals; 0, the default, for none. */
  readonly bootstrap?: number;
  /** Keep what metrics keep of the reference, for the next time; true by default. */
  readonly cache?: boolean;
  readonly onProgress?: (progress: EvaluateProgress) => void;
  readonly signal?: AbortSignal;
  /** The processes that measure together, this one among them, each with the same options; rank 0 writes. */
  readonly workers?: WorkersSpec | undefined;
}

export interface EvaluateRunOptions extends MeasureOptions {
  /** Folder of the run. */
  readonly run: string;
  readonly checkpoint?: CheckpointChoice;
  /** Generated images; the config's `evaluate.samples` by default. */
  readonly samples?: number;
  /** Other images than those that the run was trained on. */
  readonly reference?: ComponentChoice;
  /** Reference images, drawn by chance; all by default. */
  readonly referenceSamples?: number;
  /** Weights of the moving average, the default, or the trained ones. */
  readonly ema?: boolean;
  readonly statistics?: 'running' | 'standing';
  /** The component of slot `truncation` and its options. */
  readonly truncation?: ComponentChoice;
  /** The component of slot `sampler` and its options; the prior or truncation alone by default. */
  readonly sampler?: ComponentChoice;
}

export interface EvaluateImagesOptions extends MeasureOptions {
  /** The reference, and what is measured against it: anything that `auto` opens, or another dataset component. */
  readonly real: ComponentChoice;
  readonly fake: ComponentChoice;
  /** The size of all images: pixels a side, or height and width; their own by default, which then must be one. */
  readonly resolution?: Resolution;
  readonly channels?: 1 | 3;
  /** Images of each set, drawn by chance; all by default. */
  readonly samples?: number;
}
