import { stateOf, weightsOf, type Generator, type LatentInput } from '@ganymede/core';
import { latentInputsUnknown, unknownPlace } from '../errors.js';
import { readVariables } from '@ganymede/runs';
import { spectralNormOf, type EnteredWeight } from './factorize.js';

/** Components of z that enter the network together, and the weights that they meet there. */
export interface LatentChunk {
  readonly start: number;
  readonly size: number;
  /** `linear`, `blocks.0`: parts of the network, from the bottom up. */
  readonly places: readonly string[];
  readonly weights: readonly EnteredWeight[];
}

/**
 * The chunks of z of a generator: one for each block where the latent is hierarchical, all of z otherwise.
 * Weights are as the network applies them: divided by their largest singular value, of all their rows, where they have
 * spectral normalization. For directions of a single weight that changes nothing; where several are stacked it decides
 * how much each counts.
 * @param only - places to look at; all by default
 * @throws LATENT_INPUTS_UNKNOWN, BAD_ARGUMENTS for a place that is not there
 */
export async function latentChunks(
  generator: Generator,
  use: string,
  only: readonly string[] = [],
): Promise<LatentChunk[]> {
  const inputs = generator.latentInputs;
  if (!inputs) throw latentInputsUnknown(use);
  const known = [...new Set(inputs.map(placeOf))];
  const stranger = only.find((name) => !known.includes(name));
  if (stranger !== undefined) throw unknownPlace(stranger, known);
  const groups = new Map<string, LatentInput[]>();
  for (const input of inputs) {
    if (only.length > 0 && !only.includes(placeOf(input))) continue;
    const key = `${input.start}+${input.size}`;
    groups.set(key, [...(groups.get(key) ?? []), input]);
  }
  const chunks: LatentChunk[] = [];
  for (const group of groups.values()) {
    const [{ start, size }] = group as [LatentInput];
    const weights: EnteredWeight[] = [];
    for (const input of group) weights.push(await enteredWeight(generator, input));
    chunks.push({ start, size, places: [...new Set(group.map(placeOf))], weights });
  }
  return chunks;
}

/** `linear` of `linear.weight`, `blocks.2` of `blocks.2.0.bn1.gain.weight`. */
function placeOf({ weight }: LatentInput): string {
  const parts = weight.replace(/\.weight$/, '').split('.');
  const number = parts.findIndex((part) => /^\d+$/.test(part));
  return parts.slice(0, number < 0 ? parts.length : number + 1).join('.');
}

async function enteredWeight(
  generator: Generator,
  { weight: name, row, size }: LatentInput,
): Promise<EnteredWeight> {
  const { [name]: host } = await readVariables({ [name]: weightsOf(generator)[name]! });
  const [inputs, outputs] = host!.shape as [number, number];
  const isNormalized = `${name.replace(/weight$/, '')}sv0` in stateOf(generator);
  const norm = isNormalized ? spectralNormOf(host!.data, inputs, outputs) : 1;
  const rows = Float64Array.from(
    host!.data.subarray(row * outputs, (row + size) * outputs),
    (value) => value / norm,
  );
  return { name, rows, outputs };
}
