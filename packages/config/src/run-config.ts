import { readRunConfig } from '@ganymede/checkpoints';
import { parseAs, type Plugin, type PluginHost } from '@ganymede/core';
import { join } from 'node:path';
import { badRunConfig } from './errors.js';
import { isMapping } from './mapping.js';
import { resolveConfig, type LoadedConfig } from './resolve.js';
import type { Assignment } from './assignment.js';
import { runConfigSchema, type ConfigDocument, type ResolvedConfig } from './schema.js';

export interface LoadRunOptions {
  /**
   * False for what can do without the run's data: weights from elsewhere come as a run that has none. The config then says
   * so as it was written, `{ use: auto }` without a path.
   */
  readonly needsData?: boolean;
}

/**
 * The config of a run as its training wrote it, every option of it; components are not asked.
 * @throws RUN_NOT_FOUND, RUN_CONFIG_DAMAGED
 */
export async function readResolvedConfig(runFolder: string): Promise<ResolvedConfig> {
  const damaged = (got: string): Error => badRunConfig(join(runFolder, 'config.json'), got);
  return parseAs(runConfigSchema, await readRunConfig(runFolder), damaged);
}

/**
 * The same as a document, whose options `resolveConfig` has to check.
 * @throws RUN_NOT_FOUND, RUN_CONFIG_DAMAGED where it is no mapping
 */
export async function readRunDocument(runFolder: string): Promise<ConfigDocument> {
  const document = await readRunConfig(runFolder);
  if (isMapping(document)) return document;
  throw badRunConfig(join(runFolder, 'config.json'), Array.isArray(document) ? 'a list' : String(document));
}

/** Whether a run was given data: those of imported weights may have none. */
export function hasData(data: unknown): boolean {
  return !(isMapping(data) && data['use'] === 'auto' && data['path'] === undefined);
}

/**
 * The config that a run was started with, checked against the components of today: a run of an older version, or
 * one whose plugin is gone, says so before anything is computed.
 * @param assignments - what is different this time, e.g. more steps; their paths start from the current folder
 * @param plugins - loaded ones, besides those that the config names
 * @throws RUN_NOT_FOUND, RUN_CONFIG_DAMAGED, and as `resolveConfig`
 */
export async function loadRunConfig(
  host: PluginHost,
  runFolder: string,
  assignments: readonly Assignment[] = [],
  plugins: readonly Plugin[] = [],
  { needsData = true }: LoadRunOptions = {},
): Promise<LoadedConfig> {
  const document = await readRunDocument(runFolder);
  const isWithoutData = !needsData && !hasData(document['data']);
  // Everything is in the document; the preset's name is kept for the record only.
  const loaded = await resolveConfig(host, {
    document: { ...document, ...(isWithoutData && { data: { use: 'shapes' } }) } as ConfigDocument,
    complete: true,
    assignments,
    plugins,
    documentFolder: runFolder,
  });
  return isWithoutData ? { ...loaded, config: { ...loaded.config, data: { use: 'auto' } } } : loaded;
}
