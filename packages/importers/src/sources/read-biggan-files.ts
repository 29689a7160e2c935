import { bigganNetworkOf, withoutPrefix } from '../layouts/biggan-pytorch.js';
import { inModuleOrder } from '../layouts/module-order.js';
import { isTorchOptimizer } from '../layouts/torch-adam.js';
import { readSafetensors, type HostTensor, type HostTensors } from '@ganymede/checkpoints';
import { readTorchValue, type TorchValue } from '@ganymede/torch-files';
import { basename } from 'node:path';
import { notWeights, twoOfOne } from '../errors.js';
import type { WeightFile } from './find-files.js';

interface NetworkFile {
  readonly path: string;
  /** In the file's order, without the prefix of DataParallel. */
  readonly tensors: HostTensors;
}

interface OptimizerFile {
  readonly path: string;
  readonly value: TorchValue;
}

export interface BigGanFiles {
  readonly generator?: NetworkFile;
  readonly ema?: NetworkFile;
  readonly discriminator?: NetworkFile;
  readonly optimizers: { readonly generator?: OptimizerFile; readonly discriminator?: OptimizerFile };
}

/**
 * Reads the files of BigGAN-PyTorch's save_weights. What a file of another name is for shows in what it holds; an
 * average of the generator in its name.
 * @throws TWO_OF_ONE, BAD_WEIGHTS, NOT_BIGGAN, and as the readers of the files
 */
export async function readBigGanFiles(files: readonly WeightFile[]): Promise<BigGanFiles> {
  const networks = new Map<string, NetworkFile>();
  const optimizers = new Map<string, OptimizerFile>();
  const add = <T extends { readonly path: string }>(to: Map<string, T>, role: string, file: T): void => {
    const there = to.get(role);
    if (there) throw twoOfOne(role, there.path, file.path);
    to.set(role, file);
  };
  for (const { path, role } of files) {
    if (role === 'progress') continue;
    const value = await readValue(path);
    if (isTorchOptimizer(value)) {
      const ofDiscriminator = role === 'discriminatorOptimizer' || /^d/i.test(basename(path));
      add(optimizers, ofDiscriminator ? 'discriminator' : 'generator', { path, value });
      continue;
    }
    const tensors = withoutPrefix(tensorsOf(path, value));
    const network = bigganNetworkOf(tensors);
    const isAverage = network === 'generator' && /ema|average/i.test(basename(path));
    add(networks, isAverage ? 'ema' : network, { path, tensors });
  }
  return { ...Object.fromEntries(networks), optimizers: Object.fromEntries(optimizers) };
}

async function readValue(path: string): Promise<TorchValue> {
  if (!path.endsWith('.safetensors')) return readTorchValue(path);
  // Sorted by name there; optimizers number parameters by modules.
  return new Map(Object.entries(inModuleOrder(await readSafetensors(path))));
}

/** A state dict, also where it lies under `state_dict` or `model` among other things. @throws BAD_WEIGHTS */
function tensorsOf(path: string, value: TorchValue): HostTensors {
  if (!(value instanceof Map)) throw notWeights(path, 'no dict of tensors');
  const entries = [...value];
  const isTensor = (item: TorchValue): item is HostTensor =>
    typeof item === 'object' && item !== null && 'dtype' in item;
  if (entries.length > 0 && entries.every(([name, item]) => typeof name === 'string' && isTensor(item)))
    return Object.fromEntries(entries) as HostTensors;
  for (const key of ['state_dict', 'model']) {
    const nested = value.get(key);
    if (nested instanceof Map) return tensorsOf(path, nested);
  }
  throw notWeights(
    path,
    `a dict with ${
      entries
        .slice(0, 4)
        .map(([name]) => (typeof name === 'string' ? name : `a key of type ${typeof name}`))
        .join(', ') || 'nothing'
    }`,
  );
}
