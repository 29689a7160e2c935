import { readSafetensors, SafetensorsFile, type HostTensors } from '@ganymede/checkpoints';
import { expectFit, noGenerator, notWeights } from './errors.js';
import { runConfigSchema } from '../config/schema.js';
import type { FoundFiles } from './find-files.js';
import { networkNames, type NetworkName, type NetworkWeights, type WeightSource } from './weight-source.js';

/** What the header of an exported file says it is. */
export const exportedFormat = 'ganymede';

/** Whether a JSON file is the config of a run or of an export. */
export function isRunConfig(json: unknown): boolean {
  return (
    runConfigSchema.safeParse(json).success && typeof (json as { generator?: unknown }).generator === 'object'
  );
}

/**
 * What `ganymede export --to safetensors` wrote: a file for each network in the names and layouts of networks here, and
 * the run's config.
 * @throws NO_GENERATOR, BAD_WEIGHTS, SAFETENSORS_DAMAGED
 */
export async function openExported({ config, files }: FoundFiles): Promise<WeightSource> {
  const networks: Partial<Record<NetworkName, NetworkWeights>> = {};
  let classes: readonly string[] = [];
  let named = false;
  let step = 0;
  const notes: string[] = [];
  for (const { path, role } of files) {
    const metadata = await metadataOf(path);
    if (metadata['format'] !== exportedFormat)
      throw notWeights(path, 'a file without the header of an export beside the config of a run');
    const network = networkNames.find((name) => name === (metadata['network'] ?? role));
    if (network === undefined) throw notWeights(path, `network ${metadata['network'] ?? 'of no name'}`);
    classes = JSON.parse(metadata['classes'] ?? '[]') as readonly string[];
    named = metadata['classNames'] === 'known';
    step = Number(metadata['step'] ?? 0);
    if (metadata['truncation'] !== undefined)
      notes.push(
        `statistics of ${network} are those of truncation ${metadata['truncation']}: sample with it`,
      );
    networks[network] = networkOf(path, await readSafetensors(path));
  }
  if (!networks.generator && networks.ema) networks.generator = networks.ema;
  if (!networks.generator) throw noGenerator(files.map(({ path }) => path));
  return {
    format: 'safetensors',
    document: config!.json as WeightSource['document'],
    complete: true,
    classes: { count: classes.length, names: named ? classes : null },
    step,
    networks,
    moments: {},
    extraFiles: {},
    notes,
  };
}

/** Tensors that are in the names and layouts of networks here already. */
export function networkOf(path: string, tensors: HostTensors): NetworkWeights {
  return {
    path,
    tensors,
    fit: (target) => {
      expectFit(path, tensors, target);
      return tensors;
    },
  };
}

async function metadataOf(path: string): Promise<Readonly<Record<string, string>>> {
  if (!path.endsWith('.safetensors')) return {};
  const file = await SafetensorsFile.open(path);
  try {
    return file.metadata;
  } finally {
    await file.close();
  }
}
