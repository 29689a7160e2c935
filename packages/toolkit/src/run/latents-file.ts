import { parseSafetensors, serializeSafetensors } from '@ganymede/checkpoints';
import type { Generator } from '@ganymede/core';
import { readFile } from 'node:fs/promises';
import { latentsDoNotFit } from '../errors.js';

/** Points that a generator makes images of, one by one. */
export interface Latents {
  /** [N x latentSize], row-major. */
  readonly z: Float32Array;
  /** What each image has of each class, [N x classes]. */
  readonly classWeights: Float32Array;
  /** Of each, e.g. the file that it was found for, [N]. */
  readonly names: readonly string[];
}

/** Latents as safetensors: `z` and `classWeights`, float32, the names beside them as text. */
export function serializeLatents(
  { z, classWeights, names }: Latents,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const count = names.length;
  return serializeSafetensors(
    {
      z: { dtype: 'F32', shape: [count, z.length / count], data: z },
      classWeights: { dtype: 'F32', shape: [count, classWeights.length / count], data: classWeights },
    },
    { ...metadata, kind: 'ganymede-latents', names: JSON.stringify(names) },
  );
}

/**
 * Latents of a file, for a generator.
 * @throws LATENTS_DO_NOT_FIT, SAFETENSORS_DAMAGED, and the file system's own errors
 */
export async function readLatents(
  path: string,
  { latentSize, classes }: Pick<Generator, 'latentSize' | 'classes'>,
): Promise<Latents> {
  const { tensors, metadata } = parseSafetensors(await readFile(path), path);
  const { z, classWeights } = tensors;
  if (!(z?.data instanceof Float32Array) || !(classWeights?.data instanceof Float32Array))
    throw latentsDoNotFit(
      path,
      'float32 tensors z and classWeights',
      Object.keys(tensors).join(', ') || 'none',
    );
  const count = z.shape[0] ?? 0;
  const expected = `z [${count}, ${latentSize}] and classWeights [${count}, ${classes}]`;
  const got = `[${z.shape.join(', ')}] and [${classWeights.shape.join(', ')}]`;
  const fits =
    z.shape.join() === [count, latentSize].join() && classWeights.shape.join() === [count, classes].join();
  if (!fits || count < 1) throw latentsDoNotFit(path, expected, got);
  return {
    z: z.data,
    classWeights: classWeights.data,
    names: namesOf(metadata['names'], count),
  };
}

/** The names of a file that has as many as latents; else numbers. */
function namesOf(text: string | undefined, count: number): readonly string[] {
  const numbers = Array.from({ length: count }, (_, i) => String(i));
  if (text === undefined) return numbers;
  const names = JSON.parse(text) as unknown;
  return Array.isArray(names) && names.length === count ? names.map(String) : numbers;
}
