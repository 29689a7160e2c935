import type { Evidence, RunSeries, Series } from '@ganymede/analysis';

/** What one short training showed. */
export interface TrialVerdict {
  readonly gamma: number;
  /** Trained to its last step, or broken off by an error; a trial that is not is what the same call goes on with. */
  readonly isMade: boolean;
  /** Trained to its last step without a sign of collapse. */
  readonly holds: boolean;
  /** Generator steps done. */
  readonly steps: number;
  /** Why it ended early; null where it did not. */
  readonly error: { readonly code: string; readonly message: string } | null;
  /** What the collapse guard said. */
  readonly evidence: readonly Evidence[];
  /**
   * How far D memorizes: (real - held out) / (real - fake) of its mean outputs, 0 where it does not, 1 where held-out images
   * look generated to it (arXiv:2006.06676, equation 1). Null where no images are held out or D tells nothing apart.
   */
  readonly overfit: number | null;
  /** Mean outputs of D, real less generated. */
  readonly separation: number | null;
  /** Distance between samples of a class, relative to real images: the spread of `probe`. */
  readonly variety: number | null;
  /** Of the metric; null where none was measured. */
  readonly metric: number | null;
}

export interface TrialEnd {
  readonly gamma: number;
  readonly steps: number;
  readonly isWhole: boolean;
  readonly error: TrialVerdict['error'];
  readonly metric: number | null;
}

/** D's outputs are told apart from noise above this part of their size. */
const smallestSeparation = 1e-3;

/** Judges a trial by its log; numbers are means over the last third of the looks. */
export function judgeTrial(
  { probe, evidence }: Pick<RunSeries, 'probe' | 'evidence'>,
  { gamma, steps, isWhole, error, metric }: TrialEnd,
): TrialVerdict {
  const real = lastThird(probe['logitReal']);
  const fake = lastThird(probe['logitFake']);
  const heldOut = lastThird(probe['logitHeldOut']);
  const separation = real === null || fake === null ? null : real - fake;
  const isTold =
    separation !== null && separation > smallestSeparation * Math.max(1, Math.abs(real!), Math.abs(fake!));
  return {
    gamma,
    isMade: isWhole || error !== null,
    holds: isWhole && error === null && evidence.length === 0,
    steps,
    error,
    evidence,
    overfit: isTold && heldOut !== null ? (real! - heldOut) / separation : null,
    separation,
    variety: lastThird(probe['spread']),
    metric,
  };
}

/** Null where a number is missing or not finite. */
function lastThird(series: Series | undefined): number | null {
  if (series === undefined || series.values.length === 0) return null;
  const last = series.values.slice(-Math.ceil(series.values.length / 3));
  if (last.some((value) => value === null)) return null;
  return (last as number[]).reduce((sum, value) => sum + value, 0) / last.length;
}
