import { bigganNetworkOf, convertBigGanPyTorch, importBigGanPyTorch } from '../layouts/biggan-pytorch.js';
import { bigganPyTorchRecipe, parseBigGanPyTorchFlags } from '../layouts/biggan-flags.js';
import type { BigGanGuess } from '../layouts/biggan-guess.js';
import { guessBigGan } from '../layouts/guess-biggan.js';
import { readTorchAdam, type TorchAdam } from '../layouts/torch-adam.js';
import type { HostTensors } from '@ganymede/checkpoints';
import { classesDiffer, noGenerator, notOneNetwork } from '../errors.js';
import { type ConfigDocument, presets, type Preset } from '@ganymede/config';
import type { FoundFiles } from './find-files.js';
import { readProgress } from './read-progress.js';
import { readBigGanFiles, type BigGanFiles } from './read-biggan-files.js';
import type { Moments, NetworkName, NetworkWeights, ImportedWeights } from './imported-weights.js';

/**
 * Weights of BigGAN-PyTorch: `G.pth`, `D.pth`, `G_ema.pth` and the files of their optimizers, any of which but all
 * generators may be absent; safetensors of the same names and layouts, too. Where no flags are beside them, the
 * architecture is told from names and shapes, the recipe from a preset with the same networks and from the optimizers.
 *
 * @throws as the readers of the files; CLASSES_DIFFER where the flags name another number of classes
 */
export async function openBigGanPyTorch(found: FoundFiles): Promise<ImportedWeights> {
  const files = await readBigGanFiles(found.files);
  const generator = files.generator ?? files.ema;
  if (!generator) throw noGenerator(found.files.map(({ path }) => path));
  const progress = await readProgress(found.files);
  const notes = [...progress.notes];

  const guesses = {
    generator: guessBigGan(generator.tensors),
    discriminator: files.discriminator && guessBigGan(files.discriminator.tensors),
  };
  const flags = found.config ?? progress.flags;
  const recipe = flags === null ? null : bigganPyTorchRecipe(parseBigGanPyTorchFlags(flags.json, flags.path));
  if (recipe && recipe.classes !== guesses.generator.classes)
    throw classesDiffer(generator.path, guesses.generator.classes, flags!.path, recipe.classes);
  if (guesses.discriminator && guesses.discriminator.classes !== guesses.generator.classes)
    throw classesDiffer(
      generator.path,
      guesses.generator.classes,
      files.discriminator!.path,
      guesses.discriminator.classes,
    );

  const adam = optimizersOf(files);
  const preset = recipe ? undefined : presets.find((one) => sameNetwork(one, guesses.generator));
  if (!recipe) notes.push(assumed(preset));
  const updates = {
    generator: adam.generator?.updates ?? progress.step ?? 0,
    discriminator: adam.discriminator?.updates ?? 0,
  };
  const step = progress.step ?? updates.generator;
  const document = {
    ...(preset && withoutData(preset)),
    ...(recipe ? recipe.document : guessedDocument(guesses.generator, guesses.discriminator, preset)),
    ...recipeOf(adam, step),
    channels: guesses.generator.imageChannels,
    data: { use: 'shapes' },
  } as ConfigDocument;
  return {
    format: 'BigGAN-PyTorch',
    document,
    complete: false,
    classes: { count: guesses.generator.classes, names: null },
    step,
    networks: networksOf(files, notes),
    moments: momentsOf(files, adam, updates),
    extraFiles: {},
    notes,
  };
}

interface Optimizers {
  readonly generator?: TorchAdam;
  readonly discriminator?: TorchAdam;
}

/** The first update of a network without an optimizer's file is that of a new run. */
function optimizersOf({ generator, discriminator, optimizers }: BigGanFiles): Optimizers {
  const read = (network: 'generator' | 'discriminator', weights = { generator, discriminator }[network]) => {
    const file = optimizers[network];
    return file && weights ? { [network]: readTorchAdam(file.value, weights.tensors, file.path) } : {};
  };
  return { ...read('generator'), ...read('discriminator') };
}

function networksOf(files: BigGanFiles, notes: string[]): ImportedWeights['networks'] {
  const entries: [NetworkName, NetworkWeights][] = [];
  for (const [name, kind] of [
    ['generator', 'generator'],
    ['ema', 'generator'],
    ['discriminator', 'discriminator'],
  ] as const) {
    const file = files[name];
    if (!file) continue;
    if (bigganNetworkOf(file.tensors) !== kind) throw notOneNetwork(file.path, kind);
    entries.push([name, networkOf(file.path, file.tensors)]);
  }
  if (!files.generator) {
    notes.push('the trained generator is not there: its moving average takes its place');
    entries.push(['generator', networkOf(files.ema!.path, files.ema!.tensors)]);
  }
  return Object.fromEntries(entries);
}

function networkOf(path: string, tensors: HostTensors): NetworkWeights {
  return {
    path,
    tensors: convertBigGanPyTorch(tensors),
    fit: (target) => importBigGanPyTorch(tensors, target),
  };
}

function momentsOf(
  files: BigGanFiles,
  adam: Optimizers,
  updates: { readonly generator: number; readonly discriminator: number },
): ImportedWeights['moments'] {
  const of = (network: 'generator' | 'discriminator'): Record<string, Moments> => {
    const state = adam[network];
    const weights = files[network];
    if (!state || !weights) return {};
    // Names of a few moments alone do not tell which network they are of, so the buffers go with them.
    const converted = (kind: 'm' | 'v'): [string, HostTensors[string]][] =>
      Object.keys(state[kind]).length === 0
        ? []
        : Object.entries(convertBigGanPyTorch(state[kind])).map(([name, tensor]) => [
            `${kind}.${name}`,
            tensor,
          ]);
    const slots = Object.fromEntries([...converted('m'), ...converted('v')]);
    return { [network]: { updates: updates[network], slots } };
  };
  return { ...of('generator'), ...of('discriminator') };
}

function sameNetwork({ config }: Preset, { resolution, component, options }: BigGanGuess): boolean {
  const generator = config.generator as Record<string, unknown> | undefined;
  if (config.resolution !== resolution || generator?.['use'] !== component) return false;
  return Object.entries(options).every(
    ([name, value]) =>
      !Object.hasOwn(generator, name) || JSON.stringify(generator[name]) === JSON.stringify(value),
  );
}

function withoutData({ id, config }: Preset): ConfigDocument {
  const { data: _, ...rest } = config;
  return { preset: id, ...rest };
}

function assumed(preset: Preset | undefined): string {
  return preset
    ? `no flags beside the weights: epsilons and recipe are those of preset ${preset.id}, whose networks these are`
    : 'no flags beside the weights: epsilons and recipe are the defaults, since no shape shows them';
}

function guessedDocument(
  generator: BigGanGuess,
  discriminator: BigGanGuess | undefined,
  preset: Preset | undefined,
): ConfigDocument {
  const { component, options, resolution } = generator;
  const base = (preset?.config ?? {}) as { generator?: object; discriminator?: object };
  // A generator alone is given a discriminator of its own width, so that it can be trained on.
  const { channels, attention } = options;
  const own = discriminator?.options ?? { channels, attention };
  return {
    resolution,
    generator: { ...base.generator, use: component, ...options },
    discriminator: { ...base.discriminator, use: discriminator?.component ?? component, ...own },
  };
}

/** What the optimizers' files say of the recipe. */
function recipeOf({ generator, discriminator }: Optimizers, step: number): ConfigDocument {
  const choice = ({ beta1, beta2, epsilon, weightDecay }: TorchAdam) => ({
    use: 'adam',
    beta1,
    beta2,
    epsilon,
    weightDecay,
  });
  const discriminatorSteps = discriminator && step > 0 ? discriminator.updates / step : NaN;
  return {
    ...(generator && { generatorOptimizer: choice(generator) }),
    ...(discriminator && { discriminatorOptimizer: choice(discriminator) }),
    ...(generator &&
      discriminator && {
        learningRates: { generator: generator.learningRate, discriminator: discriminator.learningRate },
      }),
    ...(Number.isInteger(discriminatorSteps) && { discriminatorSteps }),
  };
}
