import type { TrainingSession } from './training-session.js';

/** Where a run's first weights come from when they are not drawn. */
export interface InitialWeights {
  /**
   * Takes weights that were trained before into a session that has done no step.
   * @param init - what the config names: a run, a file, or a folder of files
   * @returns what was taken and what not, in words
   * @throws WEIGHTS_MISMATCH, and what reading them throws
   */
  begin(session: TrainingSession, init: string): Promise<readonly string[]>;
}
