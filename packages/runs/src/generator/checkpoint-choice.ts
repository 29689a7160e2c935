/** Which checkpoint: the newest, the best by the metric that the run was evaluated with, or a step. */
export type CheckpointChoice = 'latest' | 'best' | number;
