import type { Plugin, PluginHost } from '@ganymede/core';
import { resolveConfig, type LoadedConfig, type Assignment, type ConfigDocument } from '@ganymede/config';
import { openWeights } from './sources/open-weights.js';
import type { ImportedWeights } from './sources/imported-weights.js';

/** What a user says of the config of imported weights, above what the weights themselves tell. */
export interface WeightsConfigSources {
  /** A preset or a file replaces what the weights tell: the networks must then be those of the weights. */
  readonly preset?: string;
  readonly file?: string;
  readonly assignments?: readonly Assignment[];
  readonly pluginNames?: readonly string[];
  readonly plugins?: readonly Plugin[];
  readonly folder?: string;
}

/** The config of weights, resolved. @throws as `resolveConfig` */
export function resolveWeightsConfig(
  host: PluginHost,
  source: ImportedWeights,
  { preset, file, ...rest }: WeightsConfigSources,
): Promise<LoadedConfig> {
  if (preset !== undefined || file !== undefined) {
    // A recipe for data of its own names none; the weights have their own classes.
    const document: ConfigDocument = { data: { use: 'shapes' } };
    return resolveConfig(host, {
      ...rest,
      document,
      ...(preset !== undefined && { preset }),
      ...(file !== undefined && { file }),
    });
  }
  // The data that weights were trained with elsewhere need not be here: it is named anew, or left open.
  const document = { ...source.document, data: { use: 'shapes' } };
  return resolveConfig(host, { ...rest, document, complete: source.complete });
}

/** Keys that belong to one run and not to the one that begins with its weights. */
const ownKeys = ['name', 'init', 'freeze'] as const;

/**
 * What a run that begins with these weights is configured by, before its own flags: the weights' networks and recipe.
 * @throws as `openWeights`
 */
export async function configOfWeights(
  path: string,
): Promise<{ readonly document: ConfigDocument; readonly complete: boolean }> {
  const { document, complete } = await openWeights([path]);
  const rest = Object.fromEntries(
    Object.entries(document).filter(([key]) => !(ownKeys as readonly string[]).includes(key)),
  ) as ConfigDocument;
  return { document: rest, complete };
}
