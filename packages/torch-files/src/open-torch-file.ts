import type { TorchStorage } from './tensors.js';

/** A file whose pickle is read and whose storages can be. */
export interface OpenTorchFile {
  /** With TorchTensorViews where tensors are. */
  readonly value: unknown;
  /** By key. */
  readonly storages: ReadonlyMap<string, TorchStorage>;
  readStorage(storage: TorchStorage): Promise<Uint8Array>;
}
