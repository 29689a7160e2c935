import type { FileHandle } from 'node:fs/promises';
import { readBytes } from '@ganymede/files';
import { shown, torchDamaged, torchUnsupported } from './errors.js';
import { PickleEndsEarly } from './pickle-bytes.js';
import { unpickle } from './pickle.js';
import type { OpenTorchFile } from './open-torch-file.js';
import { storageBytes, tensorHandlers, type TorchStorage } from './tensors.js';

/** torch/serialization.py: MAGIC_NUMBER and PROTOCOL_VERSION. */
const magicNumber = 0x1950a86a20f9469cfc6cn;
const protocolVersion = 1001;

/** Bytes that are read at first in the hope that the pickles end within them. */
const firstWindowBytes = 1 << 20;

interface Pickles {
  readonly value: unknown;
  readonly keys: unknown;
  readonly storages: ReadonlyMap<string, TorchStorage>;
  readonly end: number;
}

/**
 * The format before PyTorch 1.6, which the checkpoints published with BigGAN-PyTorch have: five pickles (a magic
 * number, the version, facts about the machine, the data, the list of storage keys), then every storage as its
 * length (int64) and its values.
 */
export class LegacyTorchFile implements OpenTorchFile {
  private constructor(
    private readonly handle: FileHandle,
    readonly value: unknown,
    readonly storages: ReadonlyMap<string, TorchStorage>,
    /** Where the values of each storage start in the file. */
    private readonly begins: ReadonlyMap<string, number>,
  ) {}

  static async open(handle: FileHandle, path: string): Promise<LegacyTorchFile> {
    const { value, keys, storages, end } = await readPickles(handle, path);
    if (!Array.isArray(keys)) throw torchDamaged(path, 'a list of storage keys', typeof keys);
    const begins = new Map<string, number>();
    let position = end;
    for (const key of keys as unknown[]) {
      const storage = typeof key === 'string' ? storages.get(key) : undefined;
      if (!storage) throw torchDamaged(path, 'a list of the keys of its storages', shown(key));
      const length = await readBytes(handle, position, position + 8);
      const found = length.byteLength === 8 ? Buffer.from(length).readBigInt64LE() : 'the end of the file';
      if (found !== BigInt(storage.length)) {
        throw torchDamaged(
          `${path}: storage ${storage.key}`,
          `its length of ${storage.length} at byte ${position}`,
          `${found}`,
        );
      }
      begins.set(storage.key, position + 8);
      position += 8 + storageBytes(storage);
    }
    const { size } = await handle.stat();
    if (position > size) throw torchDamaged(path, `${position} bytes`, `${size}`);
    return new LegacyTorchFile(handle, value, storages, begins);
  }

  async readStorage(storage: TorchStorage): Promise<Uint8Array> {
    const begin = this.begins.get(storage.key);
    if (begin === undefined)
      throw torchDamaged(`storage ${storage.key}`, 'one in the list of storages', 'none');
    return readBytes(this.handle, begin, begin + storageBytes(storage));
  }
}

/**
 * The one storage that such a file holds in memory: what a tensor's values are inside of a plain pickle.
 * @returns the storage, and its values as a view of `bytes`
 */
export function readStorageFile(
  bytes: Uint8Array,
  where: string,
): { readonly storage: TorchStorage; readonly values: Uint8Array } {
  const { value, storages, end } = parsePickles(bytes, where);
  const [storage] = storages.values();
  if (storages.size !== 1 || storage !== value)
    throw torchDamaged(where, 'one storage', storage === undefined ? 'none' : 'something else');
  const begin = end + 8;
  const length =
    begin <= bytes.byteLength
      ? Buffer.from(bytes.buffer, bytes.byteOffset + end, 8).readBigInt64LE()
      : 'the end';
  if (length !== BigInt(storage!.length) || begin + storageBytes(storage!) > bytes.byteLength)
    throw torchDamaged(where, `the ${storage!.length} values of a storage`, `${length}`);
  return { storage: storage!, values: bytes.subarray(begin, begin + storageBytes(storage!)) };
}

async function readPickles(handle: FileHandle, path: string): Promise<Pickles> {
  const { size } = await handle.stat();
  for (let window = firstWindowBytes; ; window *= 4) {
    const bytes = await readBytes(handle, 0, Math.min(window, size));
    try {
      return parsePickles(bytes, path);
    } catch (error) {
      if (!(error instanceof PickleEndsEarly) || window >= size) throw error;
    }
  }
}

function parsePickles(bytes: Uint8Array, path: string): Pickles {
  const storages = new Map<string, TorchStorage>();
  const handlers = tensorHandlers(path, (storage) => storages.set(storage.key, storage));
  let end = 0;
  const next = (): unknown => {
    const pickle = unpickle(bytes, end, path, handlers);
    end = pickle.end;
    return pickle.value;
  };
  const magic = next();
  if (magic !== magicNumber) throw torchDamaged(path, 'the magic number of torch.save', 'another pickle');
  const version = next();
  if (version !== protocolVersion)
    throw torchUnsupported(path, `version ${protocolVersion} of the format`, shown(version));
  const machine = next();
  if (!(machine instanceof Map) || machine.get('little_endian') !== true)
    throw torchUnsupported(path, 'little-endian values', 'others');
  const value = next();
  return { value, keys: next(), storages, end };
}
