import type { ComponentChoice } from '@ganymede/core';
import type { OpenGeneratorOptions } from '@ganymede/runs';

/** What an analysis is at: `done` of `total` images of one stretch of work. */
export interface AnalysisProgress {
  readonly text: string;
  readonly done: number;
  readonly total: number;
}

/** What every analysis of a run takes. */
export interface AnalysisOptions extends Omit<OpenGeneratorOptions, 'ema'> {
  /** Weights of the moving average, the default, or the trained ones. */
  readonly ema?: boolean;
  /** The component of slot `truncation` and its options; without it the run's prior. */
  readonly truncation?: ComponentChoice;
  /** Of latents, labels and whatever is drawn; 0 by default. */
  readonly seed?: number;
  /** Folder for the results; `<run>/analysis` by default. */
  readonly out?: string;
  readonly onProgress?: (progress: AnalysisProgress) => void;
  readonly signal?: AbortSignal;
}
