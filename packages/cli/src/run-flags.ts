import { Flags } from '@oclif/core';
import type * as Toolkit from '@ganymede/toolkit';
import { imagesAt, type ImagesReader } from './images-at.js';
import { imagesFlag, pathFlag, runFlag } from './path-flags.js';
import { pluginFlag } from './plugin-flag.js';

const value = (description: string, helpValue: string) => Flags.string({ description, helpValue });
const repeated = (description: string, helpValue: string) =>
  Flags.string({ description, helpValue, multiple: true, multipleNonGreedy: true });

/** Where a config starts from. */
export const sourceFlags = {
  preset: value('recipe to start from', '<id>'),
  config: pathFlag({
    char: 'c',
    description: 'file of YAML, JSON or TypeScript, laid over the preset',
    helpValue: '<file>',
  }),
};

/** Flags for the options that people change most; `--set` reaches the others. */
export const engineFlags = {
  backend: value('engine: auto, tensorflow, wasm, ...', '<id>'),
  device: value('cpu, gpu:0, or the number of a device', '<device>'),
  devices: value('how many devices a batch is divided over, or all of them', '<n|all>'),
  threads: value('threads of the engine; 0: one for each core', '<n>'),
  set: repeated('any option of the config, e.g. --set generator.channels=64', '<key=value>'),
};

export const recipeFlags = {
  data: imagesFlag({
    char: 'd',
    description: 'training images: a folder, tar, CIFAR or IDX files, or the id of a dataset component',
  }),
  steps: value('generator steps of the whole run', '<n>'),
  'batch-size': value('images in one micro-batch', '<n>'),
  resolution: value('pixels a side, or <height>,<width>', '<n>'),
  channels: value('of the images: 1, 3 or 4', '<n>'),
  ch: value("width of both networks, BigGAN's ch", '<n>'),
  seed: value('of every random stream', '<n>'),
  precision: value('auto, float32 or bfloat16', '<type>'),
  'lr-g': value('learning rate of the generator', '<rate>'),
  'lr-d': value('learning rate of the discriminator', '<rate>'),
  ...pluginFlag,
};

/** Where training begins, and what it leaves alone. */
export const startFlags = {
  init: runFlag({
    description: 'begin with the weights of a run, a folder or a file; classes are matched by name',
  }),
  'freeze-discriminator': value("leave the discriminator's first blocks as they are", '<n>'),
};

/** Of a process that is one of several, and of whoever starts them. */
const startedFlags = {
  rank: value('which of the addresses is this process, where each is started by itself', '<n>'),
  generation: value('which start of its processes this is, greater than any before; beside --rank', '<n>'),
  reach: Flags.string({
    description: 'words that run a command on another machine',
    helpValue: '<command>',
    default: 'ssh {host}',
  }),
};

/** Of commands whose work is dealt out. @param exclusive - flags that they do not stand beside */
export const crewFlags = (exclusive: string[] = []) => ({
  workers: Flags.string({
    description:
      'processes that share the work: a number on this machine, or the address of each, this one first',
    helpValue: '<n|host:port,...>',
    exclusive,
  }),
  ...startedFlags,
});

/** Several processes that train one run. */
export const workerFlags = {
  workers: value(
    'processes that train together: a number on this machine, or the address of each',
    '<n|host:port,...>',
  ),
  ...startedFlags,
  restarts: Flags.string({
    description: 'how often all start again from the last checkpoint where one is lost',
    helpValue: '<n>',
    default: '3',
  }),
};

type FlagValues = Readonly<Record<string, unknown>>;

/** What of the toolkit reads flags; it is loaded when a command runs. */
export type FlagReaders = Pick<typeof Toolkit, 'parseAssignment' | 'parseResolution'>;

/** Keys that a flag's value goes to, and whether it is YAML (a number), text or a size. */
const targets: Readonly<Record<string, { readonly keys: readonly string[]; readonly is?: 'text' | 'size' }>> =
  {
    name: { keys: ['name'], is: 'text' },
    backend: { keys: ['backend'], is: 'text' },
    device: { keys: ['backend.device'] },
    devices: { keys: ['backend.devices'] },
    threads: { keys: ['backend.threads'] },
    steps: { keys: ['steps'] },
    'batch-size': { keys: ['batchSize'] },
    resolution: { keys: ['resolution'], is: 'size' },
    channels: { keys: ['channels'] },
    ch: { keys: ['generator.channels', 'discriminator.channels'] },
    seed: { keys: ['seed'] },
    precision: { keys: ['precision'], is: 'text' },
    'lr-g': { keys: ['learningRates.generator'] },
    'lr-d': { keys: ['learningRates.discriminator'] },
    init: { keys: ['init'], is: 'text' },
    'freeze-discriminator': { keys: ['freeze.discriminatorBlocks'] },
  };

/**
 * What the flags of a command set in its config; `--set` comes last and wins.
 * @param read - the toolkit
 * @param readImages - of `--data`; paths alone by default
 */
export function assignmentsOf(
  flags: FlagValues,
  { parseAssignment, parseResolution }: FlagReaders,
  readImages: ImagesReader = imagesAt,
): readonly Toolkit.Assignment[] {
  const assignments: Toolkit.Assignment[] = [];
  for (const [name, { keys, is }] of Object.entries(targets)) {
    const given = flags[name];
    if (typeof given !== 'string') continue;
    for (const key of keys) {
      const value = is === 'size' ? parseResolution(`--${name}`, given) : given;
      const parsed = is ? { path: key.split('.'), value } : parseAssignment(`${key}=${given}`);
      assignments.push({ ...parsed, flag: `--${name} ${given}` });
    }
  }
  const { data, set } = flags;
  if (typeof data === 'string') {
    assignments.push({ path: ['data'], value: readImages(data), flag: `--data ${data}` });
  }
  for (const text of (set as readonly string[] | undefined) ?? []) assignments.push(parseAssignment(text));
  return assignments;
}
