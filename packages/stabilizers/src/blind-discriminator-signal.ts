import { shown, type GuardSignal, type GuardView } from './guard-signal.js';

/** A mean below this many standard deviations is no difference. */
const least = 0.7;

/**
 * D no longer tells real images from generated ones: the difference of its mean outputs is lost in its own fluctuation
 * for a whole window of steps. Outputs that are distances are saturated by no loss and fluctuate by more than they differ: they
 * are lost where the mean is below its standard error. G then learns nothing; that G is perfect instead shows in the samples.
 */
export class BlindDiscriminatorSignal implements GuardSignal {
  private differences: number[] = [];

  /** @param window - steps; nothing is judged before twice as many */
  constructor(private readonly window: number) {}

  look({ step, scalars, outputs }: GuardView): string | null {
    const [real, fake] = [scalars['D.logitReal'], scalars['D.logitFake']];
    if (real === undefined || fake === undefined || !Number.isFinite(real - fake)) return null;
    this.differences.push(real - fake);
    if (this.differences.length > this.window) this.differences.shift();
    if (step < 2 * this.window || this.differences.length < this.window) return null;
    const mean = this.differences.reduce((a, b) => a + b, 0) / this.window;
    const variance = this.differences.reduce((sum, one) => sum + (one - mean) ** 2, 0) / this.window;
    // Of constant outputs, 0 is not above 0: blind too.
    const share = outputs === 'distances' ? 1 / Math.sqrt(this.window) : least;
    if (mean > share * Math.sqrt(variance)) return null;
    return `D does not tell real from generated images: its outputs differed by ${shown(mean)} ± ${shown(Math.sqrt(variance))} over ${this.window} steps`;
  }

  get state(): unknown {
    return [...this.differences];
  }

  restore(state: unknown): void {
    this.differences = [...(state as number[])];
  }
}
