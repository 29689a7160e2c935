export { plugin } from './plugin.js';
export { pjrt } from './pjrt.js';
export { Pjrt, type PjrtBackendOptions } from './pjrt-backend.js';
export { PjrtStep, type StepStatistics } from './engine/compiled-step.js';
