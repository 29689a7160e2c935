import type { Best } from '@ganymede/checkpoints';
import type { Caution, EvaluatedNumber } from '@ganymede/core';

/** An evaluation during training, and whether it is the best so far. */
export interface RunEvaluation {
  readonly evaluation: {
    readonly numbers: Readonly<Record<string, number>>;
    readonly cautions: readonly Caution[];
  };
  /** Of its file. */
  readonly path: string;
  readonly best: Best | null;
  readonly isBest: boolean;
}

/** Measures a run's generator between two steps. Nothing of the run moves while it does. All processes of a run have one. */
export interface Evaluator {
  /** What has to be the same in all processes that measure together: the extractor, the images. */
  readonly facts?: Readonly<Record<string, string>>;
  /** The step of the best checkpoint, which retention keeps. */
  readonly bestStep: number | null;
  /**
   * All processes call it, and have the result; rank 0 writes it.
   * @param tell - of what goes on, in words
   * @throws EVALUATION_STOPPED where the signal ends it
   */
  evaluate(step: number, tell: (text: string) => void, signal?: AbortSignal): Promise<RunEvaluation>;
  /** The decisive number of the evaluation at a step, from its file; null where there was none. Only rank 0 is asked. */
  evaluated(step: number): Promise<EvaluatedNumber | null>;
  /** Takes a new best, once its checkpoint is written: until then the one before it is kept. Only rank 0 is asked. */
  keepBest(best: Best): Promise<void>;
  dispose(): void;
}
