import type { ClassMixture } from '@ganymede/classes';
import type { BackendProfile, Caution, ComponentChoice, ImageShape, Plugin } from '@ganymede/core';
import type { ResolvedConfig } from '@ganymede/config';
import type { CheckpointChoice } from './generator/checkpoint-choice.js';

/** What a run tells while it goes on. */
export type RunEvent =
  /** A stretch of work that takes a while begins: opening the data, compiling. */
  | { readonly kind: 'phase'; readonly text: string }
  | {
      readonly kind: 'step';
      /** Generator steps done. */
      readonly step: number;
      /** Generator steps of the whole run. */
      readonly steps: number;
      readonly imagesPerSecond: number;
      readonly secondsLeft: number;
      readonly losses: Readonly<Record<string, number>>;
    }
  | { readonly kind: 'sheet'; readonly path: string }
  | { readonly kind: 'checkpoint'; readonly path: string }
  | {
      readonly kind: 'profile';
      /** Folder of the profile's files. */
      readonly path: string;
      /** Time by kind of op, longest first. */
      readonly ops: BackendProfile['ops'];
    }
  /** Numbers of this step; `isBest` where the first one beats those before. */
  | {
      readonly kind: 'evaluation';
      readonly path: string;
      readonly step: number;
      readonly numbers: Readonly<Record<string, number>>;
      /** What has to be said beside the numbers. */
      readonly cautions: readonly Caution[];
      readonly isBest: boolean;
    }
  | { readonly kind: 'note'; readonly text: string };

export interface TrainOptions {
  readonly config: ResolvedConfig;
  readonly runFolder: string;
  /** Goes on from the newest checkpoint of `runFolder`. */
  readonly resume: boolean;
  /** Besides those that the config names. */
  readonly plugins?: readonly Plugin[];
  /** Steps to profile, after the first two; 0 by default. */
  readonly profileSteps?: number;
  /** Ends the run after the current step, with a checkpoint. */
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: RunEvent) => void;
}

export interface TrainResult {
  readonly runFolder: string;
  /** Generator steps done. */
  readonly step: number;
  /** Path of the newest sheet; null if none was written. */
  readonly sheet: string | null;
  /** Folder of the newest checkpoint. */
  readonly checkpoint: string;
}

export interface SampleOptions {
  /** Folder of the run. */
  readonly run: string;
  readonly checkpoint?: CheckpointChoice;
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
  /** Weights of the moving average instead of the trained ones. */
  readonly ema: boolean;
  readonly statistics: 'running' | 'standing';
  readonly batchSize?: number;
  /** Another backend than the run's. */
  readonly backend?: ComponentChoice;
  readonly plugins?: readonly Plugin[];
  readonly onProgress?: (done: number, total: number) => void;
}

export interface SampleResult {
  /** uint8 [N, H, W, C]. */
  readonly images: Uint8Array;
  /** [N]. */
  readonly labels: Int32Array;
  readonly shape: ImageShape;
  /** Class names; a label is an index into them. */
  readonly classes: readonly string[];
}
