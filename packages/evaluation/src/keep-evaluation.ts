import { writeEvaluation } from '@ganymede/checkpoints';
import { isWritingProblem } from '@ganymede/files';
import { notKept } from './cautions.js';
import { evaluationName } from './evaluation-name.js';
import type { Evaluation } from './manifest.js';

/** An evaluation, and its file: null where it could not be written, which a caution of the evaluation then says. */
export interface KeptEvaluation {
  readonly evaluation: Evaluation;
  readonly path: string | null;
}

/**
 * Writes an evaluation into its run's folder. The numbers are known by now and may have taken hours: where the folder
 * is read-only or the disk full, they are given back all the same.
 */
export async function keepEvaluation(run: string, evaluation: Evaluation): Promise<KeptEvaluation> {
  try {
    return { evaluation, path: await writeEvaluation(run, evaluationName(evaluation), evaluation) };
  } catch (error) {
    if (!isWritingProblem(error)) throw error;
    const caution = notKept(Object.keys(evaluation.numbers), 'the evaluation', error.message);
    return { evaluation: { ...evaluation, cautions: [...evaluation.cautions, caution] }, path: null };
  }
}
