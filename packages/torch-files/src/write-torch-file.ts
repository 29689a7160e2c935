import { writeFileSafely } from '@ganymede/files';
import { assertHostTensor, bytesOf, type HostDtype, type HostTensors } from '@ganymede/safetensors';
import { zipChunks, type ZipContent } from '@ganymede/zip';

const storageClasses: Readonly<Record<HostDtype, string>> = {
  F64: 'DoubleStorage',
  F32: 'FloatStorage',
  I64: 'LongStorage',
  I32: 'IntStorage',
  I16: 'ShortStorage',
  I8: 'CharStorage',
  U8: 'ByteStorage',
  BOOL: 'BoolStorage',
};

const archive = 'archive';

/**
 * Writes a state dict that `torch.load` reads, also with `weights_only=True`: an OrderedDict of contiguous tensors in
 * the given order, in the zip format of PyTorch 1.6 and later.
 * @throws BAD_TENSOR, and as `writeFileSafely`
 */
export async function writeTorchFile(path: string, tensors: HostTensors): Promise<void> {
  for (const [name, tensor] of Object.entries(tensors)) assertHostTensor(name, tensor);
  const text = (name: string, content: string): ZipContent => ({
    name: `${archive}/${name}`,
    bytes: Buffer.from(content, 'latin1'),
  });
  const contents: ZipContent[] = [
    { name: `${archive}/data.pkl`, bytes: pickleStateDict(tensors) },
    text('byteorder', 'little'),
    ...Object.values(tensors).map((tensor, key) => ({
      name: `${archive}/data/${key}`,
      bytes: bytesOf(tensor),
    })),
    text('version', '3\n'),
  ];
  await writeFileSafely(path, zipChunks(contents));
}

/**
 * The pickle, protocol 2, without memo: it is a little longer for that, and as valid.
 * Each tensor is `torch._utils._rebuild_tensor_v2(storage, 0, size, stride, False, OrderedDict())`, its storage the
 * persistent id ('storage', class, key, 'cpu', length).
 */
function pickleStateDict(tensors: HostTensors): Uint8Array {
  const emptyDict = [global('collections', 'OrderedDict'), op(')'), op('R')];
  const parts: Buffer[] = [Buffer.from([0x80, 2]), ...emptyDict, op('(')];
  Object.entries(tensors).forEach(([name, { dtype, shape, data }], key) => {
    const strides = shape.map((_, i) => shape.slice(i + 1).reduce((product, size) => product * size, 1));
    parts.push(
      unicode(name),
      global('torch._utils', '_rebuild_tensor_v2'),
      op('('),
      op('('),
      unicode('storage'),
      global('torch', storageClasses[dtype]),
      unicode(String(key)),
      unicode('cpu'),
      integer(data.length),
      op('t'),
      op('Q'),
      integer(0),
      tuple(shape),
      tuple(strides),
      Buffer.from([0x89]), // NEWFALSE: requires_grad
      ...emptyDict,
      op('t'),
      op('R'),
    );
  });
  parts.push(op('u'), op('.'));
  return Buffer.concat(parts);
}

function op(character: string): Buffer {
  return Buffer.from(character, 'latin1');
}

function global(module: string, name: string): Buffer {
  return Buffer.from(`c${module}\n${name}\n`, 'latin1');
}

function unicode(text: string): Buffer {
  const bytes = Buffer.from(text);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.byteLength);
  return Buffer.concat([op('X'), length, bytes]);
}

function integer(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt(value));
  // BININT where it fits, else LONG1 of eight bytes.
  return value <= 0x7fffffff
    ? Buffer.concat([op('J'), bytes.subarray(0, 4)])
    : Buffer.concat([Buffer.from([0x8a, 8]), bytes]);
}

function tuple(values: readonly number[]): Buffer {
  return Buffer.concat([op('('), ...values.map(integer), op('t')]);
}
