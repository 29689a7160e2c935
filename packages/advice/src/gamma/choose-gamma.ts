import type { TrialVerdict } from './judge-trial.js';

export interface GammaChoice {
  /** Null where none holds, or not all of the trials were made. */
  readonly gamma: number | null;
  /** How it was chosen, in words. */
  readonly rule: string;
}

/** Above it D remembers more than it judges; ADA steers to 0.6 (arXiv:2006.06676, section 3). */
const mostOverfit = 0.6;

/**
 * The best of the gammas that hold: the one with the lowest metric where all were measured; else the smallest under which D does
 * not memorize, because a penalty that is larger than it must be only slows D down.
 */
export function chooseGamma(trials: readonly TrialVerdict[], metricName: string | null): GammaChoice {
  if (!trials.every(({ isMade }) => isMade))
    return { gamma: null, rule: 'not chosen: not all trials were made; the same command goes on' };
  const holding = trials.filter(({ holds }) => holds).sort((a, b) => a.gamma - b.gamma);
  if (holding.length === 0)
    return { gamma: null, rule: 'none of them holds: what all of them show is no matter of gamma' };
  if (metricName !== null && holding.every(({ metric }) => metric !== null && Number.isFinite(metric))) {
    const best = holding.reduce((least, one) => (one.metric! < least.metric! ? one : least));
    return { gamma: best.gamma, rule: `lowest ${metricName} of those that hold` };
  }
  const known = holding.filter(({ overfit }) => overfit !== null);
  if (known.length === 0)
    return { gamma: holding[0]!.gamma, rule: 'smallest that holds; overfitting was not seen' };
  const sound = known.find(({ overfit }) => overfit! <= mostOverfit);
  if (sound)
    return { gamma: sound.gamma, rule: `smallest that holds with D's overfitting at most ${mostOverfit}` };
  const least = known.reduce((best, one) => (one.overfit! < best.overfit! ? one : best));
  return { gamma: least.gamma, rule: `D overfits under all that hold: the one under which it does least` };
}
