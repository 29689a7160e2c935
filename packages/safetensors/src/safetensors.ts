import { GanymedeError, recordOf } from '@ganymede/core';
import { bfloat16ToFloat32, float16ToFloat32, float32ToFloat16, maxFloat16 } from './half.js';
import {
  assertHostTensor,
  bytesOf,
  bytesPerElement,
  hostTensorFromBytes,
  type HostDtype,
  type HostTensor,
  type HostTensors,
} from './host-tensor.js';
import { headerLength, parseSafetensorsHeader, type SafetensorsEntry } from './safetensors-header.js';

/**
 * The safetensors format: 8 bytes of header length, a JSON header, the values of all tensors, little-endian.
 * It works on bytes in memory and needs no Node; files are opened by `SafetensorsFile` of checkpoints.
 */
export interface SafetensorsContent {
  readonly tensors: Record<string, HostTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Reads a whole file from memory. F16 and BF16 tensors come back as F32.
 * @param where - what the bytes are, for error messages (a path or an address)
 * @throws SAFETENSORS_DAMAGED, SAFETENSORS_UNSUPPORTED
 */
export function parseSafetensors(bytes: Uint8Array, where = 'safetensors'): SafetensorsContent {
  const length = headerLength(where, bytes.subarray(0, 8), bytes.byteLength);
  const { entries, metadata } = parseSafetensorsHeader(
    where,
    bytes.subarray(8, 8 + length),
    bytes.byteLength,
  );
  const tensors = recordOf(
    [...entries].map(
      ([name, entry]) => [name, decodeTensor(entry, bytes.subarray(entry.begin, entry.end))] as const,
    ),
  );
  return { tensors, metadata };
}

/** One tensor from its bytes; half-precision floats are widened to F32. */
export function decodeTensor(entry: SafetensorsEntry, bytes: Uint8Array): HostTensor {
  if (entry.dtype !== 'F16' && entry.dtype !== 'BF16')
    return hostTensorFromBytes(entry.dtype as HostDtype, entry.shape, bytes);
  // A copy is aligned; `slice` would be a view where the bytes are a Buffer.
  const bits = new Uint16Array(new Uint8Array(bytes).buffer);
  const data = entry.dtype === 'F16' ? float16ToFloat32(bits) : bfloat16ToFloat32(bits);
  return { dtype: 'F32', shape: [...entry.shape], data };
}

/** How tensors are stored. */
export interface SafetensorsStorage {
  /** Names of F32 tensors that are rounded to F16, half the bytes; none by default. */
  readonly float16?: ReadonlySet<string>;
}

/**
 * A file's bytes in pieces, so that a large checkpoint is never held twice. Tensors are laid out by falling dtype
 * size, then by name, as the reference implementation does: every tensor is aligned, and the same tensors give the
 * same bytes whatever order they came in.
 * @throws BAD_TENSOR, also for one that does not fit into F16
 */
export function* safetensorsChunks(
  tensors: HostTensors,
  metadata: Readonly<Record<string, string>> = {},
  { float16 = new Set() }: SafetensorsStorage = {},
): Generator<Uint8Array, void, undefined> {
  for (const [name, tensor] of Object.entries(tensors)) {
    if (name === '__metadata__') throw badTensor(name, 'another name', 'the one that the format reserves');
    assertHostTensor(name, tensor);
    if (float16.has(name)) assertFitsFloat16(name, tensor);
  }
  const inOrder = Object.entries(tensors)
    .map(([name, tensor]) => {
      const isHalf = float16.has(name);
      return { name, tensor, isHalf, width: isHalf ? 2 : bytesPerElement(tensor.dtype) };
    })
    .sort((a, b) => b.width - a.width || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const header: [string, unknown][] = [];
  if (Object.keys(metadata).length > 0) header.push(['__metadata__', checkedMetadata(metadata)]);
  let offset = 0;
  for (const { name, tensor, isHalf, width } of inOrder) {
    const end = offset + tensor.data.length * width;
    const dtype = isHalf ? 'F16' : tensor.dtype;
    header.push([name, { dtype, shape: tensor.shape, data_offsets: [offset, end] }]);
    offset = end;
  }
  // Object.fromEntries keeps a tensor named __proto__ an ordinary entry, but moves integer-like names to the front;
  // readers go by offsets, so the order of the header's entries carries no meaning.
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const padded = Math.ceil(json.byteLength / 8) * 8;
  const start = new Uint8Array(8 + padded).fill(0x20);
  new DataView(start.buffer).setBigUint64(0, BigInt(padded), true);
  start.set(json, 8);
  yield start;
  for (const { tensor, isHalf } of inOrder)
    yield isHalf ? new Uint8Array(float32ToFloat16(tensor.data as Float32Array).buffer) : bytesOf(tensor);
}

function assertFitsFloat16(name: string, { dtype, data }: HostTensor): void {
  if (dtype !== 'F32') throw badTensor(name, 'F32 to be stored as F16', dtype);
  const beyond = data.find((value) => !(Math.abs(value) <= maxFloat16));
  if (beyond !== undefined) throw badTensor(name, `values within ${maxFloat16} for F16`, String(beyond));
}

function badTensor(name: string, expected: string, got: string): GanymedeError {
  return new GanymedeError('BAD_TENSOR', `tensor ${name}: expected ${expected}, got ${got}`, {
    kind: 'failed',
  });
}

/** A whole file in memory; see `safetensorsChunks`. */
export function serializeSafetensors(
  tensors: HostTensors,
  metadata: Readonly<Record<string, string>> = {},
  storage: SafetensorsStorage = {},
): Uint8Array<ArrayBuffer> {
  const chunks = [...safetensorsChunks(tensors, metadata, storage)];
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0));
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}

function checkedMetadata(metadata: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  for (const [key, value] of Object.entries(metadata)) {
    if (typeof value !== 'string') {
      throw new GanymedeError(
        'BAD_TENSOR',
        `safetensors metadata ${key}: expected a string, got ${typeof value}`,
        { kind: 'failed' },
      );
    }
  }
  return metadata;
}
