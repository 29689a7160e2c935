export { endAtOnce, endSoon } from './end-at-once.js';
export { exitCodes, exitCodeOfSignal } from './exit-codes.js';
export { Interruption, type StopSignal } from './interruption.js';
export { describeError, printError } from './print-error.js';
export { expectWhole, ofPlugin, projectCommands } from './project-commands.js';
export { commandOf, usageError, wrongWords } from './usage-errors.js';
