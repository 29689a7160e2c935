import type * as tf from '@tensorflow/tfjs';
import type { HostCollectives, HostNumbers, HostSum } from '@ganymede/tensorflow';
import type { DeviceBuffer } from '@ganymede/pjrt';
import type { Exchange, Value } from '@ganymede/stablehlo';
import { inTurns } from './in-turns.js';
import type { PjrtKernelBackend } from './kernel-backend.js';

/** TensorFlow's collective ops over numbers in memory. */
export type Host = Pick<HostCollectives, 'all' | 'newKey' | 'sum' | 'sumSync' | 'dispose'>;

/** What is done with a value that leaves a step: it is summed over processes. */
export type Sum = Pick<HostSum, 'among' | 'travelsAs'>;

/** Values of one stage that are summed together, end to end. */
export interface JointSum {
  readonly exchanges: readonly Exchange[];
  readonly sum: HostSum;
}

/** Reads under way: koffi refuses hundreds of calls at once. */
const atOnce = 16;

/** Those of one kind, and among the same processes, in one sum. */
export function jointSums(exchanges: readonly Exchange[], host: Host | null): readonly JointSum[] {
  const kinds = new Map<string, Exchange[]>();
  for (const exchange of exchanges) {
    const { among, travelsAs = 'float32' } = exchange.how as Sum;
    const kind = [exchange.given.elementType, among.key, travelsAs].join();
    kinds.set(kind, [...(kinds.get(kind) ?? []), exchange]);
  }
  return [...kinds.values()].map((some) => ({
    exchanges: some,
    sum: { ...(some[0]!.how as Sum), key: host!.newKey() },
  }));
}

/**
 * Brings values to the host, sums them over the processes, and brings the sums to the device.
 * @param buffers - of the values
 * @returns by the values that stand for the sums
 */
export async function summed(
  kernels: PjrtKernelBackend,
  host: Host,
  { exchanges, sum }: JointSum,
  buffers: (value: Value) => DeviceBuffer,
): Promise<ReadonlyMap<Value, DeviceBuffer>> {
  const parts = await inTurns(
    exchanges,
    atOnce,
    ({ given }) => buffers(given).read() as Promise<HostNumbers>,
  );
  const all = await host.sum(joined(parts), sum);
  const sums = new Map<Value, DeviceBuffer>();
  let at = 0;
  try {
    for (const { result } of exchanges) {
      const { elementType, shape } = result.type;
      const length = parts[sums.size]!.length;
      const values = all.subarray(at, at + length);
      sums.set(result, await kernels.upload(values, shape, { elementType, device: kernels.device }));
      at += length;
    }
    return sums;
  } catch (error) {
    for (const buffer of sums.values()) buffer.dispose();
    throw error;
  }
}

/** A tensor's sum over the processes, now. */
export function summedNow<T extends tf.Tensor>(x: T, sum: Sum, host: Host): HostNumbers {
  return host.sumSync(x.dataSync() as HostNumbers, { ...sum, key: host.newKey() });
}

function joined(parts: readonly HostNumbers[]): HostNumbers {
  const [first] = parts;
  if (parts.length === 1) return first!;
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const all = first instanceof Int32Array ? new Int32Array(length) : new Float32Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
