import type { PartScope } from '@ganymede/core';
import type { WorkerGroup } from '@ganymede/workers';
import type { Evaluator } from './evaluator.js';
import type { InitialWeights } from './initial-weights.js';
import { runParts } from '../parts/run-parts.js';
import type { AppliedChange } from './recipe-change.js';
import type { SheetMaker } from './sheet-maker.js';
import type { TrainingSession } from './training-session.js';

/** The session that a run trains with now; a rollback ends it and opens another. */
export class Sessions {
  private scope: PartScope | null = null;
  private current: TrainingSession | null = null;
  private currentEvaluator: Evaluator | null = null;

  /** @param openScope - its owner disposes of what is still open at the end */
  constructor(private readonly openScope: (changes: readonly AppliedChange[]) => PartScope) {}

  get session(): TrainingSession {
    return this.current!;
  }

  /** Null before `openEvaluator`, and where the config asks for no evaluations. */
  get evaluator(): Evaluator | null {
    return this.currentEvaluator;
  }

  /** Closes the session before it opens the next: two would hold the networks, and the data, twice. */
  async open(changes: readonly AppliedChange[]): Promise<TrainingSession> {
    this.currentEvaluator = null;
    await this.scope?.dispose();
    this.scope = this.openScope(changes);
    return (this.current = await this.scope.get(runParts.session));
  }

  /** Comes after weights and steps are restored: it looks whether the best checkpoint lies in the past. */
  async openEvaluator(): Promise<void> {
    this.currentEvaluator = await this.scope!.get(runParts.evaluator);
  }

  /**
   * Of the processes that do not lead, once the leader has opened its own.
   * @throws WORKERS_DIFFER where one would measure with something else
   */
  joinEvaluators(group: WorkerGroup): Promise<void> {
    return group.patiently(async () => {
      if (!group.leads) await this.openEvaluator();
      await group.expectSame(this.evaluator?.facts ?? {});
    });
  }

  initialWeights(): Promise<InitialWeights> {
    return this.scope!.get(runParts.initialWeights);
  }

  sheets(): Promise<SheetMaker> {
    return this.scope!.get(runParts.sheets);
  }
}
