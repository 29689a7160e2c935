import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where decoded images are kept between runs: `$XDG_CACHE_HOME/ganymede/data`, or under `~/.cache`. */
export function dataCache(environment: NodeJS.ProcessEnv = process.env): string {
  return join(environment.XDG_CACHE_HOME || join(homedir(), '.cache'), 'ganymede', 'data');
}
