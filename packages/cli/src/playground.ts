import { join } from 'node:path';

/** File of the program that makes pictures for a dashboard. */
export const playgroundProgram = join(__dirname, 'playground-program.js');
