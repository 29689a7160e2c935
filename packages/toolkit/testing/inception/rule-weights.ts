import { crc32 } from 'node:zlib';
import type { HostTensor } from '@ganymede/checkpoints';

/**
 * The fixture's weights: entry i of a tensor is a hash of i and the tensor's name, scaled by what the tensor is. The
 * rule belongs to the fixture, and saves a file of 96 MB.
 */
export function ruleWeights(
  keys: Readonly<Record<string, readonly number[]>>,
): Record<string, HostTensor & { readonly dtype: 'F32' }> {
  return Object.fromEntries(
    Object.entries(keys).map(([name, shape]) => [
      name,
      { dtype: 'F32', shape, data: ruleValues(name, shape) },
    ]),
  );
}

function ruleValues(name: string, shape: readonly number[]): Float32Array {
  // jest looks globals up slowly, and this is done 24 million times.
  const { imul } = Math;
  const scale = scaleOf(name, shape);
  const seed = crc32(name);
  const values = new Float32Array(shape.reduce((product, length) => product * length, 1));
  for (let i = 0; i < values.length; i++) {
    let x = (imul(i, 2654435761) + seed) >>> 0;
    x = imul(x ^ (x >>> 16), 2246822519) >>> 0;
    x = imul(x ^ (x >>> 13), 3266489917) >>> 0;
    values[i] = scale(((x ^ (x >>> 16)) >>> 0) / 2 ** 32);
  }
  return values;
}

function scaleOf(name: string, shape: readonly number[]): (u: number) => number {
  if (name.endsWith('running_var') || name.endsWith('bn.weight')) return (u) => 0.5 + u;
  if (name.endsWith('running_mean') || name.endsWith('bias')) return (u) => (u - 0.5) * 0.2;
  const fanIn = shape.slice(1).reduce((product, length) => product * length, 1);
  const bound = Math.sqrt(6 / fanIn);
  return (u) => (2 * u - 1) * bound;
}
