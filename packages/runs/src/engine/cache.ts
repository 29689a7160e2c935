import { homedir } from 'node:os';
import { join } from 'node:path';

type Environment = NodeJS.ProcessEnv;

const cacheFolder = (name: string, environment: Environment): string =>
  join(environment.XDG_CACHE_HOME || join(homedir(), '.cache'), 'ganymede', name);

/** Where decoded images are kept between runs: `$XDG_CACHE_HOME/ganymede/data`, or under `~/.cache`. */
export function dataCache(environment: Environment = process.env): string {
  return cacheFolder('data', environment);
}

/** Where weights of feature extractors are looked for: `$XDG_CACHE_HOME/ganymede/weights`, or under `~/.cache`. */
export function weightsCache(environment: Environment = process.env): string {
  return cacheFolder('weights', environment);
}

/** Where what metrics keep of reference sets lies: `$XDG_CACHE_HOME/ganymede/references`, or under `~/.cache`. */
export function referencesCache(environment: Environment = process.env): string {
  return cacheFolder('references', environment);
}
