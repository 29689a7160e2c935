import { isRun, runExists, RunFolder, type HostTensor, type HostTensors } from '@ganymede/checkpoints';
import {
  disposeNetwork,
  RandomStreams,
  sidesOf,
  stateOf,
  weightsOf,
  type LayerNode,
  type ComponentChoice,
  type Components,
  type PluginHost,
} from '@ganymede/core';
import { writeFolderSafely } from '@ganymede/files';
import type { ResolvedConfig } from '@ganymede/config';
import { classNamesDiffer, isSameClasses, matchClasses } from '@ganymede/classes';
import {
  openDataset,
  describeEnvironment,
  createDiscriminator,
  createGenerator,
  type NetworkSpec,
  openBackend,
  type SessionState,
  readVariables,
} from '@ganymede/runs';
import { alreadyARun } from './errors.js';
import { isRunFolder } from './sources/run-source.js';
import { openWeights } from './sources/open-weights.js';
import type { Moments, NetworkName, ImportedWeights } from './sources/imported-weights.js';
import { resolveWeightsConfig, type WeightsConfigSources } from './weights-config.js';

export interface ImportOptions extends WeightsConfigSources {
  /** Files and folders that belong together. */
  readonly paths: readonly string[];
  /** The run that is made. */
  readonly runFolder: string;
  /** Whether `assignments` or the config name the data: its classes are then the weights'. */
  readonly withData?: boolean;
}

export interface ImportResult {
  readonly runFolder: string;
  /** The layout that the weights came in. */
  readonly format: string;
  /** Generator steps that they were trained for, as far as the files tell. */
  readonly step: number;
  /** Tensors by file of the checkpoint. */
  readonly files: Readonly<Record<string, number>>;
  readonly classes: number;
  readonly notes: readonly string[];
}

/**
 * Makes a run of weights that were trained elsewhere: config, and a checkpoint that `sample`, `resume` and the others
 * take as any other. All is read and compared before anything is written, so that a run is there whole or not at all.
 *
 * @throws ALREADY_A_RUN, RUN_EXISTS, CLASSES_DIFFER, WEIGHTS_MISMATCH listing every name that does not fit; as
 * `openWeights` and `resolveConfig`
 */
export async function importRun(host: PluginHost, options: ImportOptions): Promise<ImportResult> {
  const { paths, runFolder, withData = false } = options;
  if (paths.length === 1 && isRunFolder(paths[0]!)) throw alreadyARun(paths[0]!);
  const source = await openWeights(paths);
  const { config: resolved, container } = await resolveWeightsConfig(host, source, options);
  const notes = [...source.notes];
  const config = importedConfig(resolved, source, withData, notes);
  const data = withData ? await dataOf(container, config, source, notes) : anonymousData(source);
  const { backend, description, note } = await openBackend(container, config.backend);
  if (note) notes.push(note);
  try {
    const tensorFiles = await tensorFilesOf(container, config, source, notes);
    const environment = describeEnvironment(description, config.precision, container.manifest);
    await writeRun(runFolder, { config, environment, source, tensorFiles, data });
    const files = Object.fromEntries(
      Object.entries(tensorFiles).map(([name, tensors]) => [name, Object.keys(tensors).length]),
    );
    return {
      runFolder,
      format: source.format,
      step: source.step,
      files,
      classes: source.classes.count,
      notes,
    };
  } finally {
    backend.dispose();
  }
}

/** Without data the run has no training images yet: `sample` needs none, `resume` asks for them. */
function importedConfig(
  resolved: ResolvedConfig,
  source: ImportedWeights,
  withData: boolean,
  notes: string[],
): ResolvedConfig {
  const { ema: average, discriminator } = source.networks;
  const config = {
    ...resolved,
    ...(!withData && { data: { use: 'auto' } }),
    ...(average && !resolved.ema && { ema: { decay: 0.9999, start: 0, halfLife: null } }),
    ...(!average && !discriminator && { ema: null }),
  };
  if (average && !resolved.ema)
    notes.push('the config has no moving average, the weights have: decay 0.9999 is assumed');
  return config;
}

async function dataOf(
  container: Components,
  config: ResolvedConfig,
  { classes: own, networks }: ImportedWeights,
  notes: string[],
): Promise<SessionState['data']> {
  const dataset = await openDataset(container, config.data, config);
  try {
    const { classes, fingerprint, name } = dataset;
    const match = matchClasses(own, classes);
    if (!isSameClasses(match)) throw classNamesDiffer(name, networks.generator!.path, match, importHint);
    if (own.names === null)
      notes.push(
        `the weights do not name their ${own.count} classes: they are taken to be the data's, in order`,
      );
    return { classes, fingerprint, name };
  } finally {
    await dataset.close();
  }
}

const importHint =
  'Nothing was imported. To continue training weights with other classes: ganymede train --init <weights> --data <images>.';

/** Classes are numbers until the run is given data. */
function anonymousData({ classes: { count, names }, format }: ImportedWeights): SessionState['data'] {
  return {
    classes: names ?? Array.from({ length: count }, (_, i) => String(i)),
    fingerprint: null,
    name: `imported from ${format}`,
    ...(names === null && { unnamed: true }),
  };
}

/** The first values are all replaced, so the cheapest to draw will do. */
function blank(choice: ComponentChoice): ComponentChoice {
  return 'initialization' in choice ? { ...choice, initialization: 'normal' } : choice;
}

async function tensorFilesOf(
  container: Components,
  config: ResolvedConfig,
  source: ImportedWeights,
  notes: string[],
): Promise<Record<string, HostTensors>> {
  const shape = { ...sidesOf(config.resolution), channels: config.channels };
  const spec: NetworkSpec = { imageShape: shape, classes: source.classes.count, seed: config.seed };
  const files: Record<string, HostTensors> = { ...source.extraFiles };
  const fill = async (network: LayerNode, name: NetworkName): Promise<void> => {
    const weights = source.networks[name];
    if (weights) files[`${name}.safetensors`] = await filled(network, (shapes) => weights.fit(shapes));
  };
  const generator = createGenerator(container.resolve('generator', blank(config.generator)), spec);
  try {
    await fill(generator, 'generator');
    await fill(generator, 'ema');
    if (!source.networks.discriminator) {
      notes.push('no discriminator: the run can be sampled from; to train, begin a new one with --init');
      return files;
    }
    if (config.ema && !source.networks.ema) {
      files['ema.safetensors'] = files['generator.safetensors']!;
      notes.push('no moving average: it begins with the generator as it is');
    }
    files['generator-optimizer.safetensors'] = await slotsOf('generator', generator, {
      container,
      config,
      source,
      notes,
    });
  } finally {
    disposeNetwork(generator);
  }
  const discriminator = createDiscriminator(
    container.resolve('discriminator', blank(config.discriminator)),
    spec,
  );
  try {
    await fill(discriminator, 'discriminator');
    files['discriminator-optimizer.safetensors'] = await slotsOf('discriminator', discriminator, {
      container,
      config,
      source,
      notes,
    });
  } finally {
    disposeNetwork(discriminator);
  }
  return files;
}

/** All variables of a network: those of the source, and what it does not know of as a new network has it. */
async function filled(
  network: LayerNode,
  fit: (target: Record<string, readonly number[]>) => HostTensors,
): Promise<HostTensors> {
  const variables = { ...weightsOf(network), ...stateOf(network) };
  const target = Object.fromEntries(Object.entries(variables).map(([name, { shape }]) => [name, shape]));
  const given = fit(target);
  const absent = Object.fromEntries(
    Object.entries(variables).filter(([name]) => !Object.hasOwn(given, name)),
  );
  const rest = await readVariables(absent);
  return Object.fromEntries(
    Object.keys(variables).map((name): [string, HostTensor] => [
      name,
      given[name] ?? { dtype: 'F32', ...rest[name]! },
    ]),
  );
}

/** What the optimizer of the config keeps of a network: the source's moments, or zeros. */
async function slotsOf(
  name: 'generator' | 'discriminator',
  network: LayerNode,
  {
    container,
    config,
    source,
    notes,
  }: {
    readonly container: Components;
    readonly config: ResolvedConfig;
    readonly source: ImportedWeights;
    readonly notes: string[];
  },
): Promise<HostTensors> {
  const optimizer = container.resolve('optimizer', config[`${name}Optimizer`]).create(weightsOf(network));
  try {
    const zeros = await readVariables(optimizer.state);
    const moments: Moments | undefined = source.moments[name];
    const slots = Object.entries(zeros).map(([slot, tensor]): [string, HostTensor] => [
      slot,
      moments?.slots[slot] ?? { dtype: 'F32', ...tensor },
    ]);
    const kept = slots.filter(([slot]) => moments && Object.hasOwn(moments.slots, slot)).length;
    if (kept < slots.length) notes.push(`${name}: no moments of the optimizer, which begin at zero`);
    return Object.fromEntries(slots);
  } finally {
    optimizer.dispose();
  }
}

async function writeRun(
  runFolder: string,
  {
    config,
    environment,
    source,
    tensorFiles,
    data,
  }: {
    readonly config: ResolvedConfig;
    readonly environment: unknown;
    readonly source: ImportedWeights;
    readonly tensorFiles: Record<string, HostTensors>;
    readonly data: SessionState['data'];
  },
): Promise<void> {
  const fill = async (temporary: string): Promise<void> => {
    const run = await RunFolder.create(temporary, { config, environment });
    const state: SessionState = {
      trainer: {
        step: source.step,
        generatorUpdates: source.moments.generator?.updates ?? 0,
        discriminatorUpdates: source.moments.discriminator?.updates ?? 0,
        discriminatorSteps: source.moments.discriminator?.updates ?? 0,
        random: new RandomStreams(config.seed).state,
      },
      loader: null,
      stabilizers: [],
      data,
    };
    try {
      await run.writeCheckpoint(source.step, { tensorFiles, state });
    } finally {
      await run.close();
    }
  };
  if (await isRun(runFolder)) throw runExists(runFolder);
  await writeFolderSafely(runFolder, fill);
}
