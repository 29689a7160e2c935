import { readTorchValue, type TorchValue } from '@ganymede/torch-files';
import { isGanymedeError } from '@ganymede/core';
import type { WeightFile } from './find-files.js';

export interface Progress {
  /** Generator steps done; null where the file does not tell. */
  readonly step: number | null;
  /** The flags of the run. */
  readonly flags: { readonly path: string; readonly json: unknown } | null;
  readonly notes: readonly string[];
}

/**
 * BigGAN-PyTorch's `state_dict.pth`: the iteration and the flags. As it is saved by train.py it holds activation
 * modules, which are Python objects and are refused; then the optimizers tell the step, and nothing is lost but the
 * flags.
 */
export async function readProgress(files: readonly WeightFile[]): Promise<Progress> {
  const file = files.find(({ role }) => role === 'progress');
  if (!file) return { step: null, flags: null, notes: [] };
  try {
    const value = await readTorchValue(file.path);
    const map = value instanceof Map ? value : new Map<TorchValue, TorchValue>();
    const step = map.get('itr');
    const config = map.get('config');
    return {
      step: typeof step === 'number' ? step : null,
      flags: config instanceof Map ? { path: file.path, json: plainFlags(config) } : null,
      notes: [],
    };
  } catch (error) {
    if (!isGanymedeError(error)) throw error;
    return { step: null, flags: null, notes: [`${file.path} was left out: ${error.message}`] };
  }
}

function plainFlags(config: Map<TorchValue, TorchValue>): Record<string, unknown> {
  return Object.fromEntries(
    [...config].filter(([, value]) => value === null || typeof value !== 'object'),
  ) as Record<string, unknown>;
}
