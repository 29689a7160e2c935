import type { LoadedConfig } from '@ganymede/toolkit';
import { imagesReaderOf } from './images-at.js';
import { pluginsOf } from './plugin-flag.js';
import { assignmentsOf } from './run-flags.js';

export interface ConfigFlags {
  readonly preset?: string | undefined;
  readonly config?: string | undefined;
  readonly plugin?: readonly string[] | undefined;
  readonly init?: string | undefined;
  readonly [flag: string]: unknown;
}

export interface ConfigOfFlags extends LoadedConfig {
  /** The preset that was taken because none was named; null otherwise. */
  readonly impliedPreset: string | null;
}

/**
 * The config that a command line describes. Without a preset and a file it is that of the weights that `--init` names,
 * or the quickstart.
 */
export async function loadConfig(flags: ConfigFlags): Promise<ConfigOfFlags> {
  const toolkit = await import('@ganymede/toolkit');
  const { configOfWeights, defaultPreset, resolveConfig } = toolkit;
  const pluginNames = flags.plugin ?? [];
  const readImages = await imagesReaderOf(await pluginsOf(flags));
  const isBare = flags.preset === undefined && flags.config === undefined;
  const ofWeights = isBare && flags.init !== undefined ? await configOfWeights(flags.init) : null;
  const impliedPreset = isBare && !ofWeights ? defaultPreset() : null;
  const preset = flags.preset ?? impliedPreset;
  const loaded = await resolveConfig({
    ...ofWeights,
    ...(preset !== null && { preset }),
    ...(flags.config !== undefined && { file: flags.config }),
    assignments: assignmentsOf(flags, toolkit, readImages),
    pluginNames,
  });
  return { ...loaded, impliedPreset };
}
