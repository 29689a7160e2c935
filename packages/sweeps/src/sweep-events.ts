import type { EvaluateProgress } from '@ganymede/evaluation';
import type { RunEvent } from '@ganymede/runs';

/** What became of a run of a sweep. */
export type RunEnd =
  | { readonly state: 'done'; readonly numbers: Readonly<Record<string, number>>; readonly seconds: number }
  /** It was done before. */
  | { readonly state: 'skipped' }
  | {
      readonly state: 'failed';
      readonly error: { readonly code: string; readonly message: string; readonly hint: string | null };
      /** It failed at an earlier start, and was not tried again. */
      readonly isOld: boolean;
    }
  /** Another process works on it. */
  | { readonly state: 'elsewhere' }
  /** The signal ended it, with a checkpoint. */
  | { readonly state: 'interrupted'; readonly step: number };

/** What a sweep tells while it goes on. */
export type SweepEvent =
  /** `number` is that of the run, from 1, of `total`. */
  | {
      readonly kind: 'begin';
      readonly run: string;
      readonly cell: string;
      readonly seed: number;
      readonly number: number;
      readonly total: number;
      readonly what: 'training' | 'training on' | 'measuring';
    }
  | ({ readonly kind: 'end'; readonly run: string; readonly number: number; readonly total: number } & RunEnd)
  /** What the run that is trained tells. */
  | { readonly kind: 'training'; readonly run: string; readonly event: RunEvent }
  | { readonly kind: 'measuring'; readonly run: string; readonly progress: EvaluateProgress };
