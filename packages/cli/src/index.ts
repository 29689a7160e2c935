export { runCli } from './run-cli.js';
export { exitCodes } from '@ganymede/program';
