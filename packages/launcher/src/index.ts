export { askExchange, exchanging } from './ask-exchange.js';
export { Crew, type CrewOptions } from './crew.js';
export { launch, type LaunchedWorkers, type LaunchOptions, type LaunchOutcome } from './launch.js';
export { LaunchedProcess, type LaunchedStreams } from './launched-process.js';
export { wordsOfWorker, workerArguments } from './worker-arguments.js';
export { workerPlan, type WorkerFlags, type WorkerPlan } from './worker-plan.js';
export type { WorkerMessage } from './worker-message.js';
