import { recordOf } from '@ganymede/core';
import type { HostTensor, HostTensors } from '@ganymede/safetensors';
import { rearranged, type WeightLayout } from './weight-layout.js';
import { WeightProblems } from './weight-problems.js';

/** How another code base names and lays out the tensors of a network. */
export interface WeightFormat {
  /** Of error messages, e.g. `BigGAN-PyTorch`. */
  readonly name: string;
  /** Our name of a tensor of theirs; null for one that means nothing here, e.g. a counter of batches. */
  rename(theirs: string): string | null;
  /** Their name of a tensor of ours; null for one that they do not have. */
  nameOf(ours: string): string | null;
  /** @param rank - number of axes, the same on both sides */
  layoutOf(ours: string, rank: number): WeightLayout;
}

export type F32Tensor = HostTensor & { readonly dtype: 'F32' };

/** Names and shapes of a network's variables: `variable.shape` of `weightsOf` and `stateOf`. */
export type TargetShapes = Readonly<Record<string, readonly number[]>>;

/**
 * Brings another code base's tensors into the names and layouts of a network here. All of them fit or none is given.
 *
 * @param target - every variable that the network has, weights and state
 * @returns a tensor for each variable of `target` that the format has a name for, F32
 * @throws WEIGHTS_MISMATCH listing every missing, unexpected and misshapen name
 */
export function importWeights(
  source: HostTensors,
  target: TargetShapes,
  format: WeightFormat,
): Record<string, F32Tensor> {
  const problems = new WeightProblems(`${format.name} weights`);
  const imported = new Map<string, F32Tensor>();
  const given = new Set<string>();
  for (const [theirs, tensor] of Object.entries(source)) {
    const ours = format.rename(theirs);
    if (ours === null) continue;
    given.add(ours);
    const shape = Object.hasOwn(target, ours) ? target[ours] : undefined;
    if (!shape) {
      problems.unexpected.push(`${theirs} [${tensor.shape.join(', ')}]`);
      continue;
    }
    const float = toF32(tensor);
    const layout = format.layoutOf(ours, tensor.shape.length);
    const result = float && rearranged(float, layout, 'import');
    if (result && sameShape(result.shape, shape)) imported.set(ours, result);
    else problems.misshapen.push(misfit(ours, shape, theirs, tensor, result));
  }
  for (const [ours, shape] of Object.entries(target)) {
    const theirs = format.nameOf(ours);
    if (theirs !== null && !given.has(ours))
      problems.missing.push(`${theirs} (here ${ours} [${shape.join(', ')}])`);
  }
  problems.throwIfAny();
  return recordOf(imported);
}

/**
 * The same without a network to compare with: every tensor that the format has a name for.
 * @throws WEIGHTS_MISMATCH listing every tensor whose shape or dtype cannot have its layout
 */
export function convertWeights(source: HostTensors, format: WeightFormat): Record<string, F32Tensor> {
  const problems = new WeightProblems(`${format.name} weights`);
  const converted = new Map<string, F32Tensor>();
  for (const [theirs, tensor] of Object.entries(source)) {
    const ours = format.rename(theirs);
    if (ours === null) continue;
    const float = toF32(tensor);
    const layout = format.layoutOf(ours, tensor.shape.length);
    const result = float && rearranged(float, layout, 'import');
    if (result) converted.set(ours, result);
    else problems.misshapen.push(`${theirs} ${tensor.dtype} [${tensor.shape.join(', ')}] as ${layout}`);
  }
  problems.throwIfAny();
  return recordOf(converted);
}

/**
 * The inverse: a network's tensors as the other code base has them. Tensors that it has no name for are left out.
 * @throws WEIGHTS_MISMATCH listing every tensor whose shape cannot have its layout
 */
export function exportWeights(source: HostTensors, format: WeightFormat): Record<string, F32Tensor> {
  const problems = new WeightProblems(`weights for ${format.name}`);
  const exported = new Map<string, F32Tensor>();
  for (const [ours, tensor] of Object.entries(source)) {
    const theirs = format.nameOf(ours);
    if (theirs === null) continue;
    const float = toF32(tensor);
    const layout = format.layoutOf(ours, tensor.shape.length);
    const result = float && rearranged(float, layout, 'export');
    if (result) exported.set(theirs, result);
    else problems.misshapen.push(`${ours} ${tensor.dtype} [${tensor.shape.join(', ')}] as ${layout}`);
  }
  problems.throwIfAny();
  return recordOf(exported);
}

function toF32(tensor: HostTensor): F32Tensor | null {
  if (tensor.dtype === 'F32') return tensor;
  if (tensor.dtype === 'F64')
    return { dtype: 'F32', shape: tensor.shape, data: Float32Array.from(tensor.data) };
  return null;
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, i) => size === b[i]);
}

function misfit(
  ours: string,
  expected: readonly number[],
  theirs: string,
  tensor: HostTensor,
  result: F32Tensor | null,
): string {
  const got = result ? `[${result.shape.join(', ')}]` : 'none that it can have';
  return `${theirs} ${tensor.dtype} [${tensor.shape.join(', ')}]: expected ${ours} [${expected.join(', ')}], got ${got}`;
}
