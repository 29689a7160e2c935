import { shown, type GuardSignal, type GuardView } from './guard-signal.js';

interface Spike {
  readonly step: number;
  readonly loss: number;
  readonly norm: number;
  /** The largest of the steps before the spike. */
  readonly mostLoss: number;
  readonly mostNorm: number;
  /** Steps since then whose loss was above `mostLoss`, too. */
  readonly again: number;
}

interface State {
  readonly losses: number[];
  readonly norms: number[];
  /** The last one, while it may still be confirmed. */
  readonly spike?: Spike | null;
}

/** So many times the largest of the steps before, both at once. */
const factor = 2;
/** Of the steps that follow a spike so many, */
const wake = 10;
/** or more, are above the largest loss from before it: D has not come back. */
const confirmations = 2;

/**
 * D oversteps: in one step its loss and the norm of its gradient are both far above anything in the steps before, and it
 * does not come back at once. A single hard batch raises the one or the other, and a small batch may raise both; where a
 * step has thrown D somewhere else, which is what learning rates that are too high do first, before any spectrum or sample
 * shows it, the loss goes on to jump. Only losses that cannot be negative are judged.
 */
export class OvershootSignal implements GuardSignal {
  private seen: State = { losses: [], norms: [], spike: null };

  /** @param count - steps that a step is compared with */
  constructor(private readonly count: number) {}

  look({ step, scalars }: GuardView): string | null {
    const [real, fake, norm] = [scalars['D.lossReal'], scalars['D.lossFake'], scalars['D.gradientNorm']];
    if (real === undefined || fake === undefined || norm === undefined) return null;
    if (!Number.isFinite(real + fake + norm) || Math.min(real, fake) < 0) return null;
    const loss = real + fake;
    const spike = this.followed(step, loss) ?? this.begun(step, loss, norm);
    const { losses, norms } = this.seen;
    this.seen = {
      losses: [...losses, loss].slice(-this.count),
      norms: [...norms, norm].slice(-this.count),
      spike,
    };
    if (spike === null || spike.again < confirmations) return null;
    return `D overshot: at step ${spike.step} its loss was ${shown(spike.loss)} and the norm of its gradient ${shown(spike.norm)}, at most ${shown(spike.mostLoss)} and ${shown(spike.mostNorm)} in the ${this.count} steps before, and it has not come back`;
  }

  /** The spike that is being watched, with this step counted; null where there is none any more. */
  private followed(step: number, loss: number): Spike | null {
    const { spike } = this.seen;
    if (!spike || step > spike.step + wake) return null;
    return loss > spike.mostLoss ? { ...spike, again: spike.again + 1 } : spike;
  }

  private begun(step: number, loss: number, norm: number): Spike | null {
    const { losses, norms } = this.seen;
    const [mostLoss, mostNorm] = [Math.max(...losses), Math.max(...norms)];
    if (losses.length < this.count || loss <= factor * mostLoss || norm <= factor * mostNorm) return null;
    return { step, loss, norm, mostLoss, mostNorm, again: 0 };
  }

  get state(): unknown {
    return structuredClone(this.seen);
  }

  restore(state: unknown): void {
    this.seen = structuredClone(state as State);
  }
}
