import type * as tf from '@tensorflow/tfjs';
import type { DeviceBuffer } from '@ganymede/pjrt';
import { elementTypeOf } from './element-types.js';
import { hostArray } from './entry.js';
import type { PjrtKernelBackend } from './kernel-backend.js';

/** Of inputs that are divided, by name: a part on each device. */
export type Parts = Readonly<Record<string, readonly DeviceBuffer[]>>;

/**
 * Whether an input of a step goes to several devices in parts, rows 0 to k - 1 to the first and so on. What comes from the
 * host does, where the devices divide its first dimension: a batch. What lies on a device is whole on each of them. The
 * step's numbers are the same either way: this is about who computes what.
 */
export function isDivided({ data, devices }: PjrtKernelBackend, { dataId, shape }: tf.Tensor): boolean {
  const { host, device } = data.get(dataId);
  const [rows = 0] = shape;
  return devices.length > 1 && host !== null && device === null && rows > 0 && rows % devices.length === 0;
}

/** A part of an input on each device, in their order; they are the caller's to dispose of. */
export async function uploadParts(
  kernels: PjrtKernelBackend,
  { dataId, shape, dtype, size }: tf.Tensor,
  what: string,
): Promise<readonly DeviceBuffer[]> {
  const { data, devices } = kernels;
  const values = hostArray(data.get(dataId), what);
  const elementType = elementTypeOf(dtype, what);
  const [rows = 0, ...rest] = shape;
  const [count, partShape] = [size / devices.length, [rows / devices.length, ...rest]];
  return allOrNone(
    devices.map((device, i) =>
      kernels.upload(values.subarray(i * count, (i + 1) * count), partShape, { elementType, device }),
    ),
    (buffer) => buffer.dispose(),
  );
}

/** What is under way, when all of it is there. Where one fails, the others are given back, and its reason is thrown. */
export async function allOrNone<T>(
  making: readonly Promise<T>[],
  giveBack: (one: T) => void,
): Promise<readonly T[]> {
  const ends = await Promise.allSettled(making);
  const made = ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []));
  const failed = ends.find((end) => end.status === 'rejected');
  if (!failed) return made;
  made.forEach(giveBack);
  throw failed.reason;
}
