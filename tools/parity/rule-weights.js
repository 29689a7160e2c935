import { crc32 } from 'node:zlib';

/**
 * Weights by the rule of metrics fixtures: entry i of a tensor is a hash of i and the tensor's name, scaled by what the
 * tensor is.
 * @param {Readonly<Record<string, readonly number[]>>} keys - shapes by name
 * @returns {Record<string, { dtype: 'F32', shape: readonly number[], data: Float32Array }>}
 */
export function ruleWeights(keys) {
  return Object.fromEntries(
    Object.entries(keys).map(([name, shape]) => [
      name,
      { dtype: 'F32', shape, data: ruleValues(name, shape) },
    ]),
  );
}

/** @param {string} name @param {readonly number[]} shape */
function ruleValues(name, shape) {
  const scale = scaleOf(name, shape);
  const seed = crc32(name);
  const values = new Float32Array(shape.reduce((product, length) => product * length, 1));
  for (let i = 0; i < values.length; i++) {
    let x = (Math.imul(i, 2654435761) + seed) >>> 0;
    x = Math.imul(x ^ (x >>> 16), 2246822519) >>> 0;
    x = Math.imul(x ^ (x >>> 13), 3266489917) >>> 0;
    values[i] = scale(((x ^ (x >>> 16)) >>> 0) / 2 ** 32);
  }
  return values;
}

/** @param {string} name @param {readonly number[]} shape @returns {(u: number) => number} */
function scaleOf(name, shape) {
  if (name.endsWith('running_var') || name.endsWith('bn.weight')) return (u) => 0.5 + u;
  if (name.endsWith('running_mean') || name.endsWith('bias')) return (u) => (u - 0.5) * 0.2;
  const bound = Math.sqrt(6 / shape.slice(1).reduce((product, length) => product * length, 1));
  return (u) => (2 * u - 1) * bound;
}
