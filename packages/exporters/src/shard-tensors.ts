import type { HostTensor, HostTensors } from '@ganymede/safetensors';

/** Bytes of a file of weights: small enough that several come at once, and that one is fetched again soon. */
const shardBytes = 8 * 2 ** 20;

/** Matrices and kernels as float16; vectors, among them variances close to 0, stay as they are. */
export function halvedNames(tensors: HostTensors): ReadonlySet<string> {
  return new Set(Object.entries(tensors).flatMap(([name, { shape }]) => (shape.length > 1 ? [name] : [])));
}

/**
 * Tensors in groups of at most `limit` bytes, in their order; a larger tensor is a group of its own. Named as model hubs
 * name them.
 */
export function shardTensors(
  tensors: HostTensors,
  bytesOf: (name: string, tensor: HostTensor) => number,
  limit = shardBytes,
): readonly { readonly name: string; readonly tensors: HostTensors }[] {
  const groups: Record<string, HostTensor>[] = [];
  let size = Infinity;
  for (const [name, tensor] of Object.entries(tensors)) {
    const bytes = bytesOf(name, tensor);
    if (size + bytes > limit) {
      groups.push({});
      size = 0;
    }
    groups.at(-1)![name] = tensor;
    size += bytes;
  }
  const number = (i: number): string => String(i).padStart(5, '0');
  return groups.map((group, i) => ({
    name:
      groups.length === 1
        ? 'model.safetensors'
        : `model-${number(i + 1)}-of-${number(groups.length)}.safetensors`,
    tensors: group,
  }));
}
