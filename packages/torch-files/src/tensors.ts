import {
  bfloat16ToFloat32,
  float16ToFloat32,
  bytesPerElement,
  elementCount,
  hostTensorFromBytes,
  type HostDtype,
  type HostTensor,
} from '@ganymede/safetensors';
import { shown, torchDamaged, torchGlobalRefused, torchUnsupported } from './errors.js';
import { PickleGlobal, type PickleHandlers } from './pickle.js';

/** Storage classes by name; half precision is read as F32. */
const storages: Readonly<Record<string, HostDtype | 'F16' | 'BF16'>> = {
  DoubleStorage: 'F64',
  FloatStorage: 'F32',
  HalfStorage: 'F16',
  BFloat16Storage: 'BF16',
  LongStorage: 'I64',
  IntStorage: 'I32',
  ShortStorage: 'I16',
  CharStorage: 'I8',
  ByteStorage: 'U8',
  BoolStorage: 'BOOL',
};

/** Memory that tensors are views of; its bytes lie outside the pickle. */
export interface TorchStorage {
  readonly key: string;
  readonly dtype: HostDtype | 'F16' | 'BF16';
  /** Number of values. */
  readonly length: number;
  /** Where a view of a storage starts in it, in values. */
  readonly offset: number;
}

/** A tensor as the pickle describes it; offset and strides count values. */
export class TorchTensorView {
  constructor(
    readonly storage: TorchStorage,
    readonly offset: number,
    readonly shape: readonly number[],
    readonly strides: readonly number[],
  ) {}
}

export function storageBytes(storage: TorchStorage): number {
  const { dtype, length } = storage;
  return length * (dtype === 'F16' || dtype === 'BF16' ? 2 : bytesPerElement(dtype));
}

class StorageClass extends PickleGlobal {
  constructor(
    name: string,
    readonly dtype: TorchStorage['dtype'],
  ) {
    super(name, () => {
      throw torchUnsupported(name, 'a storage outside the pickle', 'one inside it');
    });
  }
}

/**
 * What a pickle of tensors may refer to; everything else is refused by name.
 * @param noteStorage - told of every storage, in the order of the pickle
 */
export function tensorHandlers(where: string, noteStorage: (storage: TorchStorage) => void): PickleHandlers {
  const isIntegers = (value: unknown): value is number[] =>
    Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && (item as number) >= 0);
  const rebuild = ([storage, offset, shape, strides]: readonly unknown[]): TorchTensorView => {
    if (
      !isIntegers([offset]) ||
      !isIntegers(shape) ||
      !isIntegers(strides) ||
      shape.length !== strides.length
    )
      throw torchDamaged(where, 'a tensor of a storage, an offset, a shape and strides', 'something else');
    const view = new TorchTensorView(storage as TorchStorage, offset as number, shape, strides);
    if (typeof view.storage?.key !== 'string') throw torchDamaged(where, 'a tensor with a storage', 'none');
    return view;
  };
  const globals = new Map<string, PickleGlobal>();
  const allow = (name: string, call: PickleGlobal['call']): unknown =>
    globals.set(name, new PickleGlobal(name, call));
  allow('collections.OrderedDict', ([items = []]) => {
    const isPairs =
      Array.isArray(items) && items.every((pair) => Array.isArray(pair) && (pair as unknown[]).length === 2);
    if (!isPairs) throw torchDamaged(where, 'a dict of pairs', shown(items));
    return new Map(items as [unknown, unknown][]);
  });
  allow('torch._utils._rebuild_tensor', rebuild);
  allow('torch._utils._rebuild_tensor_v2', rebuild);
  allow('torch._utils._rebuild_parameter', ([tensor]) => tensor);
  allow('torch.Size', ([sizes]) => sizes);
  for (const [name, dtype] of Object.entries(storages)) {
    for (const module of ['torch', 'torch.cuda'])
      globals.set(`${module}.${name}`, new StorageClass(`${module}.${name}`, dtype));
  }
  return {
    resolveGlobal(module, name) {
      const global = globals.get(`${module}.${name}`);
      if (!global) throw torchGlobalRefused(where, `${module}.${name}`);
      return global;
    },
    persistentLoad(id) {
      const [kind, type, key, , length, view] = Array.isArray(id) ? (id as unknown[]) : [];
      if (
        kind !== 'storage' ||
        !(type instanceof StorageClass) ||
        typeof key !== 'string' ||
        !isIntegers([length])
      )
        throw torchUnsupported(where, 'a reference to a storage', `one to ${shown(kind)}`);
      const storage = { key, dtype: type.dtype, length: length as number, offset: 0 };
      noteStorage(storage);
      if (view === null || view === undefined) return storage;
      // A storage that is a view of another one, as PyTorch before 0.4 had them: key, offset, length.
      const [, offset, viewLength] = Array.isArray(view) ? (view as unknown[]) : [];
      if (!isIntegers([offset, viewLength]))
        throw torchDamaged(where, 'a view of a storage', 'something else');
      return { ...storage, offset: offset as number, length: viewLength as number };
    },
  };
}

/**
 * The values of a tensor, row-major, from the bytes of its (whole) storage.
 * @throws TORCH_FILE_DAMAGED if the view reaches beyond the storage
 */
export function materialize(view: TorchTensorView, bytes: Uint8Array, where: string): HostTensor {
  const { storage, shape, strides } = view;
  const count = elementCount(shape);
  const first = storage.offset + view.offset;
  const last =
    count === 0 ? first - 1 : first + shape.reduce((sum, size, i) => sum + (size - 1) * strides[i]!, 0);
  const size = storage.dtype === 'F16' || storage.dtype === 'BF16' ? 2 : bytesPerElement(storage.dtype);
  if (Number.isNaN(count) || (last + 1) * size > bytes.byteLength) {
    throw torchDamaged(
      `${where}: storage ${storage.key}`,
      `at least ${last + 1} values for a tensor [${shape.join(', ')}] with strides [${strides.join(', ')}]`,
      `${bytes.byteLength / size}`,
    );
  }
  const values = isContiguous(shape, strides)
    ? bytes.subarray(first * size, (first + count) * size)
    : gather(bytes, size, first, shape, strides, count);
  if (storage.dtype !== 'F16' && storage.dtype !== 'BF16')
    return hostTensorFromBytes(storage.dtype, shape, values);
  const bits = new Uint16Array(new Uint8Array(values).buffer);
  const data = storage.dtype === 'F16' ? float16ToFloat32(bits) : bfloat16ToFloat32(bits);
  return { dtype: 'F32', shape: [...shape], data };
}

function isContiguous(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    if (shape[i] !== 1 && strides[i] !== expected) return false;
    expected *= shape[i]!;
  }
  return true;
}

function gather(
  bytes: Uint8Array,
  size: number,
  first: number,
  shape: readonly number[],
  strides: readonly number[],
  count: number,
): Uint8Array {
  const values = new Uint8Array(count * size);
  const index = shape.map(() => 0);
  let at = first;
  for (let i = 0; i < count; i++) {
    for (let byte = 0; byte < size; byte++) values[i * size + byte] = bytes[at * size + byte]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      at -= shape[axis]! * strides[axis]!;
      index[axis] = 0;
    }
  }
  return values;
}
