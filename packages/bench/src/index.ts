export { type BenchOptions, type BenchReport, type PhaseTime, bench } from './bench.js';
export { type ExchangeOptions, type ExchangeReport, measureExchange } from './exchange.js';
export { type PlanReport, plan, planOf } from './plan.js';
export type { TrickCost } from './trick-cost.js';
export { timedBackend } from './timed-backend.js';
export { type UsefulWork, kernelWork, usefulWork } from './useful-work.js';
