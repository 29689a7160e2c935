import type { ComponentChoice, Plugin, PluginHost } from '@ganymede/core';
import { dataCache } from '@ganymede/runs';
import { packShards, type PackedShards, type PackShardsOptions } from '@ganymede/shards';
import { noFilesToPack } from './errors.js';

export interface PackDataOptions extends PackShardsOptions {
  /** The images. */
  readonly data: ComponentChoice;
  readonly plugins?: readonly Plugin[];
}

/**
 * Packs the images of any data into tar shards with an index, which the data `shards` reads.
 * @throws DATA_WITHOUT_FILES; what the data throws, and as `packShards`
 */
export async function packData(
  host: PluginHost,
  { data, plugins = [], ...options }: PackDataOptions,
): Promise<PackedShards> {
  const container = await host.open({ plugins });
  const source = container.resolve('dataset', data);
  if (source.files === undefined) throw noFilesToPack(data.use);
  const files = await source.files({
    cacheFolder: dataCache(),
    strict: options.strict ?? false,
    ...(options.strictHint !== undefined && { strictHint: options.strictHint }),
    now: () => host.clock.now(),
  });
  return packShards(files, options);
}
