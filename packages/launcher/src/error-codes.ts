/** What the error codes of this package mean and what to do; docs/errors.md is made from it. */
export const errorCodes: Readonly<Record<string, { readonly meaning: string; readonly remedy: string }>> = {
  WORKER_LOST: {
    meaning: 'A process that helped to measure or to sample died',
    remedy: 'See what the message says of it; type the command again',
  },
  NO_ANSWER: {
    meaning:
      'A process that was started to measure something ended, or took too long, without saying what it found',
    remedy: 'Open the ports between the machines; type its command there and see what it says',
  },
  WORKERS_NOT_STARTED: {
    meaning: 'A process of a run could not be started on its machine: nothing was ever heard of it',
    remedy:
      'See what the message says; try the command of --reach (ssh by default) by hand, without a password; open the ports',
  },
  WORKERS_LOST: {
    meaning: 'Processes of a run died, hung or were cut off, more often than they are started again',
    remedy: 'See what the message says of each; resume the run',
  },
};
