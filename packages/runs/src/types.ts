import type { BackendProfile, Caution, Plugin, WorkersSpec } from '@ganymede/core';
import type { ResolvedConfig } from '@ganymede/config';

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
  /** The processes that train the run together, this one among them: rank 0 has the run folder. */
  readonly workers?: WorkersSpec | undefined;
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
