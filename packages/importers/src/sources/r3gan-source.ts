import type { HostTensors } from '@ganymede/checkpoints';
import { presets, type ConfigDocument, type Preset } from '@ganymede/config';
import { readModulePickle } from '@ganymede/torch-files';
import { noGenerator, notOneNetwork, twoOfOne } from '../errors.js';
import { guessR3Gan, type R3GanGuess } from '../layouts/guess-r3gan.js';
import { convertR3Gan, importR3Gan, r3ganNetworkOf } from '../layouts/r3gan.js';
import type { FoundFiles } from './find-files.js';
import type { ImportedWeights, NetworkName, NetworkWeights } from './imported-weights.js';

/** Whether a snapshot of R3GAN's training is among the files: none else has this ending. */
export function isR3GanPickle({ files }: FoundFiles): boolean {
  return files.some(({ path }) => path.endsWith('.pkl'));
}

/** Names in its pickle (training_loop.py: snapshot_data), and ours. */
const networks: readonly (readonly [string, NetworkName])[] = [
  ['G', 'generator'],
  ['D', 'discriminator'],
  ['G_ema', 'ema'],
];

/**
 * R3GAN's snapshots, which its authors release: one `.pkl` with `G`, `D` and `G_ema`. Its networks are told from names and
 * shapes, the recipe from a preset with the same ones. No code of the pickle runs.
 *
 * @throws NO_GENERATOR, NOT_R3GAN, BAD_WEIGHTS, TWO_OF_ONE, and as `readModulePickle`
 */
export async function openR3Gan({ files }: FoundFiles): Promise<ImportedWeights> {
  const [first, second] = files;
  const { path } = first!;
  if (second) throw twoOfOne('snapshot', path, second.path, 'Name one .pkl: it holds all networks.');
  const { modules, numbers } = await readModulePickle(path, (module) =>
    /^(R3GAN|training)(\.|$)/.test(module),
  );
  const stateDicts = networks.flatMap(([theirs, ours]): [NetworkName, HostTensors][] => {
    const tensors = modules[theirs]?.tensors;
    if (!tensors) return [];
    if (r3ganNetworkOf(tensors) !== (ours === 'ema' ? 'generator' : ours))
      throw notOneNetwork(`${path}: ${theirs}`, ours);
    return [[ours, tensors]];
  });
  const found: Partial<Record<NetworkName, NetworkWeights>> = Object.fromEntries(
    stateDicts.map(([name, stateDict]) => [name, networkOf(path, stateDict)]),
  );
  const generator = found.generator ?? found.ema;
  if (!generator) throw noGenerator([path]);
  const guess = guessR3Gan(generator.tensors, path);
  const preset = presets.find((one) => hasNetworks(one, guess));
  const notes = [
    preset
      ? `the file does not tell the recipe: it is that of preset ${preset.id}, whose networks these are`
      : 'the file does not tell the recipe: it is the default one with the networks of the file and R3GAN’s loss, without R1 and R2',
  ];
  const seen = numbers['cur_nimg'];
  if (seen !== undefined && seen > 0)
    notes.push(`trained on ${seen} images; steps and schedules of this run begin at 0`);
  if (!found.generator) notes.push('the trained generator is not there: its moving average takes its place');
  return {
    format: 'R3GAN',
    document: documentOf(guess, preset),
    complete: false,
    classes: { count: guess.classes, names: null },
    step: 0,
    networks: { generator, ...found },
    moments: {},
    extraFiles: {},
    notes,
  };
}

function networkOf(path: string, stateDict: HostTensors): NetworkWeights {
  return { path, tensors: convertR3Gan(stateDict), fit: (target) => importR3Gan(stateDict, target) };
}

function hasNetworks({ config }: Preset, { resolution, shared }: R3GanGuess): boolean {
  const generator = config.generator as Record<string, unknown>;
  return (
    config.resolution === resolution &&
    Object.entries(shared).every(([name, value]) => generator[name] === value)
  );
}

function documentOf(guess: R3GanGuess, preset: Preset | undefined): ConfigDocument {
  const { resolution, imageChannels, shared, latentSize, embeddingSize } = guess;
  return {
    ...(preset && { preset: preset.id, ...preset.config }),
    ...(!preset && { loss: 'relativistic-pair' }),
    resolution,
    channels: imageChannels as 1 | 3 | 4,
    generator: { ...shared, latentSize, embeddingSize },
    discriminator: shared,
    data: { use: 'shapes' },
  } as ConfigDocument;
}
