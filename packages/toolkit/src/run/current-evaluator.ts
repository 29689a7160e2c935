import type { TrainingEvaluator } from '../evaluation/training-evaluator.js';
import type { TrainingSession } from './training-session.js';

/** The evaluator of the session that a run trains with now; null where the config asks for no evaluations. */
export class CurrentEvaluator {
  private evaluator: TrainingEvaluator | null = null;

  constructor(private readonly open: (session: TrainingSession) => Promise<TrainingEvaluator | null>) {}

  get current(): TrainingEvaluator | null {
    return this.evaluator;
  }

  async replace(session: TrainingSession): Promise<void> {
    this.close();
    this.evaluator = await this.open(session);
  }

  close(): void {
    this.evaluator?.dispose();
    this.evaluator = null;
  }
}
