import { readRunConfig } from '@ganymede/checkpoints';
import type { Plugin, PluginHost } from '@ganymede/core';
import { join } from 'node:path';
import { badRunConfig } from './errors.js';
import { isMapping } from './mapping.js';
import { resolveConfig, type LoadedConfig } from './resolve.js';
import type { Assignment } from './assignment.js';
import type { ConfigDocument } from './schema.js';

/**
 * The config that a run was started with, checked against the components of today: a run of an older version, or
 * one whose plugin is gone, says so before anything is computed.
 * @param assignments - what is different this time, e.g. more steps; their paths start from the current folder
 * @param plugins - loaded ones, besides those that the config names
 * @throws RUN_NOT_FOUND, RUN_CONFIG_DAMAGED, RUN_CONFIG_DAMAGED, and as `resolveConfig`
 */
export async function loadRunConfig(
  host: PluginHost,
  runFolder: string,
  assignments: readonly Assignment[] = [],
  plugins: readonly Plugin[] = [],
): Promise<LoadedConfig> {
  const document = await readRunConfig(runFolder);
  if (!isMapping(document)) {
    const path = join(runFolder, 'config.json');
    throw badRunConfig(path, Array.isArray(document) ? 'a list' : String(document));
  }
  // Everything is in the document; the preset's name is kept for the record only.
  return resolveConfig(host, {
    document: document as ConfigDocument,
    complete: true,
    assignments,
    plugins,
    documentFolder: runFolder,
  });
}
