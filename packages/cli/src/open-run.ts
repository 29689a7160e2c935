import { Args } from '@oclif/core';
import type { LoadedConfig } from '@ganymede/toolkit';
import { pluginsOf } from './plugin-flag.js';

/** The run that a command is about. */
export const runArg = Args.string({
  description: 'folder of the run, or its name below runs/',
  required: true,
});

/** A run by its name or folder, with its config and its plugins, those of `--plugin` included. @throws RUN_NOT_FOUND */
export async function openRun(
  name: string,
  flags: Parameters<typeof pluginsOf>[0],
): Promise<LoadedConfig & { readonly run: string }> {
  const { findRun, loadRunConfig } = await import('@ganymede/toolkit');
  const run = findRun(name);
  return { run, ...(await loadRunConfig(run, [], await pluginsOf(flags), { needsData: false })) };
}
