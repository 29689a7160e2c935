import { isAbsolute, join } from 'node:path';
import type { ComponentContext } from '@ganymede/core';
import { needsRunFolder } from './errors.js';

/** A path of the options, from the run's folder on. @throws NO_RUN_FOLDER */
export function outputPath(reporter: string, path: string, { runFolder }: ComponentContext): string {
  if (isAbsolute(path)) return path;
  if (runFolder === null) throw needsRunFolder(reporter);
  return join(runFolder, path);
}
