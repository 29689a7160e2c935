import { shown, type GuardSignal, type GuardView } from './guard-signal.js';

interface State {
  readonly losses: number[];
  readonly norms: number[];
}

/** So many times the largest of the steps before, both at once. */
const factor = 2;

/**
 * D oversteps: in one step its loss and the norm of its gradient are both far above anything in the steps before. A single
 * hard batch raises the one or the other; both rise where the last step has thrown D somewhere else, which is what learning
 * rates that are too high do first, before any spectrum or sample shows it. Only losses that cannot be negative are judged.
 */
export class OvershootSignal implements GuardSignal {
  private seen: State = { losses: [], norms: [] };

  /** @param count - steps that a step is compared with */
  constructor(private readonly count: number) {}

  look({ scalars }: GuardView): string | null {
    const [real, fake, norm] = [scalars['D.lossReal'], scalars['D.lossFake'], scalars['D.gradientNorm']];
    if (real === undefined || fake === undefined || norm === undefined) return null;
    if (!Number.isFinite(real + fake + norm) || Math.min(real, fake) < 0) return null;
    const loss = real + fake;
    const { losses, norms } = this.seen;
    const [mostLoss, mostNorm] = [Math.max(...losses), Math.max(...norms)];
    this.seen = {
      losses: [...losses, loss].slice(-this.count),
      norms: [...norms, norm].slice(-this.count),
    };
    if (losses.length < this.count || loss <= factor * mostLoss || norm <= factor * mostNorm) return null;
    return `D overshot: its loss was ${shown(loss)} and the norm of its gradient ${shown(norm)}, at most ${shown(mostLoss)} and ${shown(mostNorm)} in the ${this.count} steps before`;
  }

  get state(): unknown {
    return structuredClone(this.seen);
  }

  restore(state: unknown): void {
    this.seen = structuredClone(state as State);
  }
}
