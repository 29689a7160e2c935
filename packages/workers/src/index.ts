export { ConnectedWorkers, type ConnectedWorkersOptions } from './connected-workers.js';
export { closedAfter } from './closed-after.js';
export { deal, type DealtWork } from './deal.js';
export { workersUnsupported } from './errors.js';
export { meetWorkers, type MeetWorkersOptions } from './meet-workers.js';
export { rollCall, type RollCallOptions } from './roll-call.js';
export { stallRule, StallWatch, type StallWatchOptions } from './stall-watch.js';
export { soleWorker, type Wishes, type WorkerGroup } from './worker-group.js';
