import { shown, type GuardSignal, type GuardView } from './guard-signal.js';

interface State {
  readonly best: number | null;
  readonly worse: number;
}

/** So many times worse than the best so far is a regression, */
const factor = 1.5;
/** in so many evaluations in a row: one of few samples may be an outlier. */
const patience = 2;

/**
 * Evaluations during training get worse and stay so: by the number that chooses the best checkpoint, relative to the best of
 * it. Numbers that may be zero or below have no ratio and are not judged.
 */
export class EvaluationSignal implements GuardSignal {
  private seen: State = { best: null, worse: 0 };

  look({ evaluation }: GuardView): string | null {
    if (!evaluation || !Number.isFinite(evaluation.value) || evaluation.value <= 0) return null;
    const { name, value, better, step } = evaluation;
    const ratio = (best: number): number => (better === 'lower' ? value / best : best / value);
    const { best } = this.seen;
    if (best === null || ratio(best) <= 1) {
      this.seen = { best: value, worse: 0 };
      return null;
    }
    this.seen = { best, worse: ratio(best) > factor ? this.seen.worse + 1 : 0 };
    if (this.seen.worse < patience) return null;
    return `${name} was ${shown(value)} at step ${step}, ${shown(best)} at best before`;
  }

  get state(): unknown {
    return { ...this.seen };
  }

  restore(state: unknown): void {
    this.seen = { ...(state as State) };
  }
}
