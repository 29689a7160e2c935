import { classNamesDiffer, listedNames, matchClasses, type ClassList } from '@ganymede/classes';
import {
  readSafetensorsContent,
  serializeSafetensors,
  withChecksum,
  type HostTensors,
} from '@ganymede/checkpoints';
import { latentsDoNotFit } from './errors.js';

/** Points that a generator makes images of, one by one. */
export interface Latents {
  /** [N x latentSize], row-major. */
  readonly z: Float32Array;
  /** What each image has of each class, [N x classes]. */
  readonly classWeights: Float32Array;
  /** Of each, e.g. the file that it was found for, [N]. */
  readonly names: readonly string[];
}

/** What latents must fit. */
export interface LatentSpace {
  readonly latentSize: number;
  readonly classes: ClassList;
}

/** Latents as safetensors: `z` and `classWeights`, float32, the names and those of the classes beside them as text. */
export function serializeLatents(
  { z, classWeights, names }: Latents,
  classes: ClassList,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const count = names.length;
  const tensors: HostTensors = {
    z: { dtype: 'F32', shape: [count, z.length / count], data: z },
    classWeights: { dtype: 'F32', shape: [count, classWeights.length / count], data: classWeights },
  };
  const told = {
    ...metadata,
    kind: 'ganymede-latents',
    names: JSON.stringify(names),
    ...(classes.names && { classes: JSON.stringify(classes.names) }),
  };
  return serializeSafetensors(tensors, withChecksum(tensors, told));
}

/**
 * Latents of a file, for a generator. Classes are matched by name; a file without names of classes has them in the
 * generator's order.
 * @throws LATENTS_DO_NOT_FIT, CLASSES_DIFFER, SAFETENSORS_DAMAGED, FILE_NOT_FOUND, CANNOT_READ
 */
export async function readLatents(path: string, { latentSize, classes }: LatentSpace): Promise<Latents> {
  const { tensors, metadata } = await readSafetensorsContent(path);
  const { z, classWeights } = tensors;
  if (!(z?.data instanceof Float32Array) || !(classWeights?.data instanceof Float32Array))
    throw latentsDoNotFit(
      path,
      'float32 tensors z and classWeights',
      Object.keys(tensors).join(', ') || 'none',
    );
  const count = z.shape[0] ?? 0;
  const expected = `z [${count}, ${latentSize}] and classWeights [${count}, ${classes.count}]`;
  const got = `[${z.shape.join(', ')}] and [${classWeights.shape.join(', ')}]`;
  const wanted = [[count, latentSize].join(), [count, classes.count].join()];
  if (z.shape.join() !== wanted[0] || classWeights.shape.join() !== wanted[1] || count < 1)
    throw latentsDoNotFit(path, expected, got);
  return {
    z: z.data,
    classWeights: inOrderOf(classes, classWeights.data, namesIn(metadata['classes'], classes.count), path),
    // Without names of their own they are numbered.
    names: namesIn(metadata['names'], count) ?? Array.from({ length: count }, (_, i) => String(i)),
  };
}

/** Columns where the generator has their classes. */
function inOrderOf(
  classes: ClassList,
  weights: Float32Array,
  names: readonly string[] | null,
  path: string,
): Float32Array {
  if (names === null) return weights;
  const match = matchClasses(classes, names);
  if (match.from.includes(null))
    throw classNamesDiffer(
      path,
      'the run',
      match,
      'Name latents that were found for a run of these classes.',
    );
  const moved = new Float32Array(weights.length);
  for (let row = 0; row < weights.length; row += classes.count)
    match.from.forEach((to, from) => (moved[row + to!] = weights[row + from]!));
  return moved;
}

/** A list of so many names; null for anything else. */
function namesIn(text: string | undefined, count: number): readonly string[] | null {
  const names = text === undefined ? null : listedNames(text);
  return names?.length === count ? names : null;
}
