export { runCli } from './run-cli.js';
export { exitCodes } from './exit-codes.js';
