import { shown, type GuardSignal, type GuardView } from './guard-signal.js';

/** Size of D's outputs, or of their difference, that no loss on logits has a use for. */
const mostLogits = 100;
/** Of outputs that estimate distances: so many times the largest distance that two images can have. */
const mostDiameters = 10;
/** Steps in a row: the first ones of a run may overshoot. */
const patience = 5;

/**
 * D's outputs leave every range that its loss gives a meaning to, whatever they were before. Losses on logits are saturated
 * within a few units of 0. Under the Wasserstein loss the difference of D's mean outputs on real and generated images is, for
 * a D of Lipschitz constant 1, at most the largest distance between two images, 2 sqrt(HWC) in [-1, 1]
 * (arXiv:1701.07875, equation 2), and the level is free; spectral norm bounds the constant by layer, so that a healthy D may
 * be above 1, and some room is left.
 */
export class OutOfRangeSignal implements GuardSignal {
  private count = 0;

  look({ scalars, outputs, diameter }: GuardView): string | null {
    const [real, fake] = [scalars['D.logitReal'], scalars['D.logitFake']];
    if (real === undefined || fake === undefined) return null;
    const size = outputs === 'logits' ? Math.max(Math.abs(real), Math.abs(fake)) : Math.abs(real - fake);
    const limit = outputs === 'distances' ? mostDiameters * diameter : mostLogits;
    // A NaN is not above the limit: another signal tells of it.
    this.count = size > limit ? this.count + 1 : 0;
    if (this.count < patience) return null;
    const what = outputs === 'logits' ? 'are' : 'differ by';
    return `D's outputs on real and generated images ${what} ${
      outputs === 'logits' ? `${shown(real)} and ${shown(fake)}` : shown(size)
    }, out of the range of its loss, ${shown(limit)}, for ${this.count} steps: nothing holds D`;
  }

  get state(): unknown {
    return this.count;
  }

  restore(state: unknown): void {
    this.count = state as number;
  }
}
