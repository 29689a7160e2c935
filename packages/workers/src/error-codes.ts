/** What the error codes of this package mean and what to do; docs/errors.md is made from it. */
export const errorCodes: Readonly<Record<string, { readonly meaning: string; readonly remedy: string }>> = {
  LEADER_FAILED: {
    meaning: 'Rank 0 failed while the other processes waited for it',
    remedy: 'Read what it says itself',
  },
  WORKER_ADDRESS_TAKEN: {
    meaning: 'A process of a run could not listen at its address, as long as it tried',
    remedy: 'End what has the port: an older process of the run, perhaps a halted one; or take another port',
  },
  WORKER_FAILED: {
    meaning: 'Another process of the run failed at its share of what all of them measure or sample',
    remedy: 'Read what it says itself',
  },
  WORKER_GONE: {
    meaning: 'Another process of the run has ended, and its connections with it',
    remedy: 'Read what it says itself, and start all processes again',
  },
  WORKER_OUTDATED: {
    meaning: 'A process belongs to an older start of the run than the others',
    remedy: 'Leave the run to the newer processes; give all of one start the same --generation',
  },
  WORKER_STALLED: {
    meaning: 'No step was done for a minute, nor for the time of ten steps',
    remedy: 'Start all processes again: the run goes on from its last checkpoint',
  },
  WORKER_STUCK: {
    meaning: 'A process of a run was at its own work for so long that the others gave up',
    remedy: 'See what it waits for: images, a stabilizer, a reporter',
  },
  WORKERS_DIFFER: {
    meaning: 'The processes of one run have other versions, configs or images',
    remedy: 'Start all of them with the same',
  },
  WORKERS_DRIFTED: {
    meaning: 'The processes of one run do not hold the same values any more',
    remedy: 'Resume; mend the component that keeps something of the images of one process',
  },
  WORKERS_MISSING: {
    meaning: 'Some of the processes of a run did not come in time',
    remedy: 'Start one for each address, with open ports',
  },
  WORKERS_UNSUPPORTED: {
    meaning: 'The backend knows no other processes',
    remedy: 'Train with --backend tensorflow',
  },
};
