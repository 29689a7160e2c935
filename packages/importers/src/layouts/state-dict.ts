import { GanymedeError } from '@ganymede/core';
import type { HostTensors } from '@ganymede/safetensors';

/** Names of a PyTorch state dict that are buffers, not parameters: power iteration, statistics, counters. */
const buffers =
  /\.(u\d+|sv\d+|stored_mean|stored_var|running_mean|running_var|accumulation_counter|num_batches_tracked)$/;

/**
 * Names of the parameters in the order of `module.parameters()`, which numbers them for the optimizer: a state dict
 * lists parameters and buffers of every module in the same order.
 */
export function parameterNames(stateDict: HostTensors): readonly string[] {
  return Object.keys(stateDict).filter((name) => !buffers.test(name));
}

export function shapeOf(source: HostTensors, name: string): readonly number[] | undefined {
  return Object.hasOwn(source, name) ? source[name]!.shape : undefined;
}

/** @throws UNKNOWN_BIGGAN */
export function neededShape(source: HostTensors, name: string): readonly number[] {
  const shape = shapeOf(source, name);
  if (!shape) throw unknownBigGan(`a tensor ${name}`, 'none');
  return shape;
}

/** Whether weights are spectrally normalized, and how many singular values of each are tracked. */
export function spectralNormOptions(source: HostTensors): { spectralNorm: boolean; singularValues: number } {
  const tracked = Object.keys(source).filter((name) => /^linear\.u\d+$/.test(name)).length;
  return { spectralNorm: tracked > 0, singularValues: Math.max(1, tracked) };
}

export function unknownBigGan(expected: string, got: string): GanymedeError {
  return new GanymedeError('UNKNOWN_BIGGAN', `BigGAN-PyTorch weights: expected ${expected}, got ${got}`, {
    kind: 'data',
    hint: 'Name the options of the network yourself, in a config.',
  });
}
