import { describeContent, openFile, readBytes } from '@ganymede/files';
import { recordOf } from '@ganymede/core';
import type { FileHandle } from 'node:fs/promises';
import { bytesPerElement, elementCount, type HostTensor } from '@ganymede/safetensors';
import { shown, torchDamaged, torchUnsupported } from './errors.js';
import { LegacyTorchFile } from './legacy-torch-file.js';
import { PickleEndsEarly } from './pickle-bytes.js';
import type { OpenTorchFile } from './open-torch-file.js';
import { materialize, storageBytes, TorchTensorView } from './tensors.js';
import { ZipTorchFile } from './zip-torch-file.js';

/** What a file of `torch.save` can hold here. Dicts are Maps, tuples and lists arrays. */
export type TorchValue =
  null | boolean | number | bigint | string | HostTensor | TorchValue[] | Map<TorchValue, TorchValue>;

/**
 * Reads a state dict as `torch.save` writes it: the zip format (PyTorch 1.6 and later) and the one before. F16 and
 * BF16 tensors come back as F32. No code of the pickle runs.
 * @throws TORCH_FILE_DAMAGED; TORCH_GLOBAL_REFUSED naming a Python object that the file refers to; TORCH_UNSUPPORTED
 * for anything but a flat dict of tensors (see `readTorchValue` for nested ones)
 */
export async function readTorchFile(path: string): Promise<Record<string, HostTensor>> {
  const value = await readTorchValue(path);
  if (!(value instanceof Map)) throw torchUnsupported(path, 'a dict of tensors', describe(value));
  for (const [name, tensor] of value) {
    if (typeof name !== 'string' || !isHostTensor(tensor)) {
      throw torchUnsupported(
        `${path}: entry ${typeof name === 'string' ? name : describe(name)}`,
        'a tensor with a name',
        describe(typeof name === 'string' ? tensor : name),
      );
    }
  }
  return recordOf(value as Map<string, HostTensor>);
}

/**
 * Reads nested data with tensors, e.g. the state of an optimizer.
 * @throws TORCH_FILE_DAMAGED, TORCH_GLOBAL_REFUSED, TORCH_UNSUPPORTED
 */
export function readTorchValue(path: string): Promise<TorchValue> {
  return readOpened(path, async (handle) => resolveTensors(await openTorchFile(handle, path), path));
}

/** What `read` makes of a file; what a pickle cut short, or sizes beyond all memory, throw is told as damage. */
export async function readOpened<T>(path: string, read: (handle: FileHandle) => Promise<T>): Promise<T> {
  const handle = await openFile(path);
  try {
    return await read(handle);
  } catch (error) {
    if (error instanceof PickleEndsEarly) throw torchDamaged(path, 'a whole pickle', error.message, error);
    if ((error as Error | undefined)?.name !== 'RangeError') throw error;
    // Sizes that no memory holds come from damage far more often than from a model.
    throw torchDamaged(path, 'sizes that fit in memory', (error as Error).message, error);
  } finally {
    await handle.close();
  }
}

async function openTorchFile(handle: FileHandle, path: string): Promise<OpenTorchFile> {
  const start = await readBytes(handle, 0, 4);
  const text = Buffer.from(start).toString('latin1');
  if (text === 'PK\x03\x04') return ZipTorchFile.open(handle, path);
  if (text.startsWith('\x80')) return LegacyTorchFile.open(handle, path);
  const { size } = await handle.stat();
  const head = await readBytes(handle, 0, Math.min(512, size));
  throw torchDamaged(
    path,
    'a file of torch.save (a zip archive or a pickle)',
    describeContent(head) ?? `bytes ${Buffer.from(start).toString('hex')}`,
  );
}

/** The value of a file with tensors where views of storages are. */
export async function resolveTensors(file: OpenTorchFile, path: string): Promise<TorchValue> {
  const views = new Map<string, Set<TorchTensorView>>();
  visit(file.value, (view) => {
    const { key } = view.storage;
    views.set(key, (views.get(key) ?? new Set()).add(view));
    return view;
  });
  expectBounded(
    [...views.values()].flatMap((ofStorage) => [...ofStorage]),
    file,
    path,
  );
  const tensors = new Map<TorchTensorView, HostTensor>();
  // One storage at a time: at no moment are all bytes there twice.
  for (const [key, ofStorage] of views) {
    const storage = file.storages.get(key);
    if (!storage) throw torchDamaged(path, `a storage ${key}`, 'none');
    const bytes = await file.readStorage(storage);
    if (bytes.byteLength !== storageBytes(storage))
      throw torchDamaged(`${path}: storage ${key}`, `${storageBytes(storage)} bytes`, `${bytes.byteLength}`);
    for (const view of ofStorage) tensors.set(view, materialize(view, bytes, path));
  }
  return visit(file.value, (view) => tensors.get(view)!) as TorchValue;
}

/** What tensors may take that are views of the same values, or of one value many times, beyond their storages. */
const sparedBytes = 64 * 2 ** 20;
const mostCopies = 4;

/**
 * A view of a few bytes can claim any shape with strides of 0.
 * @throws TORCH_UNSUPPORTED where all tensors together would be far larger than what the file holds
 */
function expectBounded(views: readonly TorchTensorView[], { storages }: OpenTorchFile, path: string): void {
  const stored = [...storages.values()].reduce((sum, storage) => sum + storageBytes(storage), 0);
  const wanted = views.reduce((sum, { storage: { dtype }, shape }) => {
    const count = elementCount(shape);
    return sum + count * (dtype === 'F16' || dtype === 'BF16' ? 4 : bytesPerElement(dtype));
  }, 0);
  if (wanted <= mostCopies * stored + sparedBytes) return;
  throw torchUnsupported(
    path,
    `tensors of about the ${stored} bytes that are stored`,
    Number.isNaN(wanted) ? 'a shape beyond all numbers' : `${wanted} bytes of repeated values`,
  );
}

/** Replaces every tensor view in nested lists and dicts, in place; data may refer to itself. */
function visit(root: unknown, replace: (view: TorchTensorView) => unknown): unknown {
  const seen = new Set<unknown>();
  const pending: unknown[] = [];
  const replaced = (value: unknown): unknown => {
    if (value instanceof TorchTensorView) return replace(value);
    if (typeof value === 'object' && value !== null && !seen.has(value)) {
      seen.add(value);
      pending.push(value);
    }
    return value;
  };
  const result = replaced(root);
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    if (Array.isArray(value)) value.forEach((item, i) => ((value as unknown[])[i] = replaced(item)));
    else if (value instanceof Map) for (const [key, item] of value) value.set(key, replaced(item));
  }
  return result;
}

function isHostTensor(value: TorchValue): value is HostTensor {
  return typeof value === 'object' && value !== null && 'dtype' in value && 'data' in value;
}

const nameOf = (key: TorchValue): string =>
  typeof key === 'string' || typeof key === 'number' ? String(key).slice(0, 40) : shown(key);

function describe(value: TorchValue): string {
  if (value instanceof Map)
    return `a dict with the keys ${[...value.keys()].slice(0, 5).map(nameOf).join(', ')}`;
  return isHostTensor(value) ? 'a tensor' : shown(value);
}
