import type * as tf from '@tensorflow/tfjs';
import type { HostArray } from '@ganymede/pjrt';
import type { DeviceValue } from './device-value.js';
import { elementTypeOf } from './element-types.js';
import type { TracedValue } from './traced-value.js';

/** The data of one or more tensors: on the host, on the device, on both, or a value of the trace under way. */
export interface Entry {
  readonly dtype: tf.DataType;
  /** Tensors that share it. */
  refCount: number;
  host: tf.BackendValues | null;
  /** Of the host's values; tensors that share them may have others. */
  readonly shape: readonly number[];
  device: DeviceValue | null;
  readonly traced: TracedValue | null;
}

/** Values as PJRT takes them; tfjs hands in plain arrays and arrays of other types in places. */
export function hostArray({ host, dtype }: Pick<Entry, 'host' | 'dtype'>, what: string): HostArray {
  switch (elementTypeOf(dtype, what)) {
    case 'f32':
      return host instanceof Float32Array ? host : Float32Array.from(host as ArrayLike<number>);
    case 'i32':
      return host instanceof Int32Array ? host : Int32Array.from(host as ArrayLike<number>);
    case 'i1':
      return Uint8Array.from(host as ArrayLike<number>, (value) => (value ? 1 : 0));
  }
}
