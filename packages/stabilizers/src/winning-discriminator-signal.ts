import { shown, type GuardSignal, type GuardView } from './guard-signal.js';

interface State {
  readonly losses: number[];
  /** Share of D's separation that is memory, at the last look; null where no images are held out. */
  readonly memorized: number | null;
}

/** D's mean loss over the window at which it has won, and the one at which it has if it also memorizes. */
const won = 0.02;
const winning = 0.1;
const memorizing = 0.3;

/**
 * D's loss goes to zero: nothing that G makes looks real to it any more. Earlier where D also memorizes, which the gap
 * between its outputs on images that it trains on and on held-out ones shows, relative to the gap to generated ones
 * (arXiv:1809.11096, section 4.2). Losses that can be negative have no such end and are not judged.
 */
export class WinningDiscriminatorSignal implements GuardSignal {
  private seen: State = { losses: [], memorized: null };

  /** @param window - steps that the loss is averaged over */
  constructor(private readonly window: number) {}

  look({ scalars, probe }: GuardView): string | null {
    const [real, fake] = [scalars['D.lossReal'], scalars['D.lossFake']];
    if (real === undefined || fake === undefined || !Number.isFinite(real + fake)) return null;
    const losses = [...this.seen.losses, Math.min(real, fake) < 0 ? Infinity : real + fake].slice(
      -this.window,
    );
    this.seen = { losses, memorized: probe ? memorizedShare(probe) : this.seen.memorized };
    if (losses.length < this.window) return null;
    const mean = losses.reduce((a, b) => a + b, 0) / this.window;
    const { memorized } = this.seen;
    const isMemorizing = memorized !== null && memorized > memorizing;
    if (mean > (isMemorizing ? winning : won)) return null;
    const gap = isMemorizing
      ? `, and ${shown(100 * memorized)}% of what it tells apart it does not on held-out images`
      : '';
    return `D's loss was ${shown(mean)} on average over ${this.window} steps: G has nothing that looks real to it${gap}`;
  }

  get state(): unknown {
    // Infinity is no JSON: such a step is null there.
    const losses = this.seen.losses.map((loss) => (Number.isFinite(loss) ? loss : null));
    return { losses, memorized: this.seen.memorized };
  }

  restore(state: unknown): void {
    const { losses, memorized } = state as { losses: (number | null)[]; memorized: number | null };
    this.seen = { losses: losses.map((loss) => loss ?? Infinity), memorized };
  }
}

function memorizedShare({
  logitReal,
  logitHeldOut,
  logitFake,
}: NonNullable<GuardView['probe']>): number | null {
  if (logitHeldOut === undefined || logitReal <= logitFake) return null;
  return (logitReal - logitHeldOut) / (logitReal - logitFake);
}
