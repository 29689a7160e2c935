import { readSafetensors, SafetensorsFile, type HostTensors } from '@ganymede/checkpoints';
import {
  classNamesDiffer,
  isSameClasses,
  listedNames,
  matchClasses,
  type ClassList,
} from '@ganymede/classes';
import { expectFit, noGenerator, notWeights } from '../errors.js';
import { runConfigSchema } from '@ganymede/config';
import type { FoundFiles } from './find-files.js';
import {
  networkNames,
  type NetworkName,
  type NetworkWeights,
  type ImportedWeights,
} from './imported-weights.js';

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
export async function openExported({ config, files }: FoundFiles): Promise<ImportedWeights> {
  const networks: Partial<Record<NetworkName, NetworkWeights>> = {};
  let classes: ClassList | null = null;
  let step = 0;
  const notes: string[] = [];
  for (const { path, role } of files) {
    const metadata = await metadataOf(path);
    if (metadata['format'] !== exportedFormat)
      throw notWeights(path, 'a file without the header of an export beside the config of a run');
    const network = networkNames.find((name) => name === (metadata['network'] ?? role));
    if (network === undefined) throw notWeights(path, `network ${metadata['network'] ?? 'of no name'}`);
    const own = classesOf(path, metadata);
    if (classes) expectSameList(path, classes, files[0]!.path, own);
    classes ??= own;
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
    document: config!.json as ImportedWeights['document'],
    complete: true,
    classes: classes!,
    step,
    networks,
    moments: {},
    extraFiles: {},
    notes,
  };
}

function classesOf(path: string, metadata: Readonly<Record<string, string>>): ClassList {
  const text = metadata['classes'] ?? '[]';
  const names = listedNames(text);
  if (names === null) throw notWeights(path, `classes ${text.slice(0, 40)}`);
  return { count: names.length, names: metadata['classNames'] === 'known' ? names : null };
}

/** Networks of two exports have their classes in other places. */
function expectSameList(path: string, classes: ClassList, first: string, own: ClassList): void {
  const match = matchClasses(classes, own.names ?? namesOfNumbers(own.count));
  const isSame = own.names === null ? classes.names === null && isSameClasses(match) : isSameClasses(match);
  if (!isSame) throw classNamesDiffer(path, first, match, 'Name the files of one export.');
}

const namesOfNumbers = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => String(i));

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
