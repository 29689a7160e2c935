import type * as tf from '@tensorflow/tfjs';
import type { Precision } from '@ganymede/stablehlo';
import type { DeviceValue } from './device-value.js';
import type { Entry } from './entry.js';
import type { TracedValue } from './traced-value.js';

/** What a trace asks of the backend that it belongs to: the data of the tensors that it meets, and tensors of its own values. */
export interface TensorStore {
  readonly data: tf.DataStorage<Entry>;
  /** Of products of float32. */
  readonly precision: Precision;
  /** The values on the device; brings them there. */
  onDevice(info: Pick<tf.TensorInfo, 'dataId'>, what: string): DeviceValue;
  fromTrace(traced: TracedValue): tf.TensorInfo;
}
