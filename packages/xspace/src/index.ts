export { chromeTrace } from './chrome-trace.js';
export { opTimes, type OpTime } from './op-times.js';
export { readXSpace, type ProfileEvent, type ProfileLine } from './read-xspace.js';
