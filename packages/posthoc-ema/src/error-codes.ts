/** What the error codes of this package mean and what to do; docs/errors.md is made from it. */
export const errorCodes: Readonly<Record<string, { readonly meaning: string; readonly remedy: string }>> = {
  AVERAGE_EXISTS: {
    meaning: 'Another average, or something else, is where a rebuilt one would go',
    remedy: 'Remove it, or name another folder',
  },
  BAD_AVERAGE_LENGTH: {
    meaning: 'A length of an average is out of its range, or none was given',
    remedy: 'Give a sigma_rel above 0 and up to 0.288675, or a gamma of at least 0',
  },
  EMA_SNAPSHOTS_DIFFER: {
    meaning: "A snapshot of averages is of another generator than the run's",
    remedy: 'Move it out of the run',
  },
  EMA_SNAPSHOT_DAMAGED: {
    meaning: 'A file of a snapshot of averages is missing or changed',
    remedy: 'Restore it from a copy, or move the snapshot away',
  },
  ILL_CONDITIONED: {
    meaning: 'Profiles of snapshots hardly differ, so that no combination of them can be told from another',
    remedy: 'Use fewer snapshots, or track lengths that differ more',
  },
  NO_EMA_SNAPSHOTS: {
    meaning: 'A run has no snapshot of averages, or none of a step',
    remedy: 'Train with posthocEma, or take a step that has one',
  },
  TOO_FEW_EMA_SNAPSHOTS: {
    meaning: 'The snapshots do not hold enough for an average of that length',
    remedy: 'Take another length, or train with more snapshots',
  },
  CANNOT_CHOOSE: {
    meaning:
      'No metric that is measured gives the number that shall choose, or it is a number for no average',
    remedy: 'Name its metric with --metrics',
  },
};
