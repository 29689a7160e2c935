import * as tf from '@tensorflow/tfjs';
import { GanymedeError } from '@ganymede/core';
import type { Client, Device, DeviceBuffer, HostArray, UploadOptions } from '@ganymede/pjrt';
import type { Precision, TensorType } from '@ganymede/stablehlo';
import { DeviceValue } from './device-value.js';
import { hostArray, type Entry } from './entry.js';
import { EagerOps } from './eager-ops.js';
import { dtypeOf, elementTypeOf } from './element-types.js';
import type { Kernel } from './kernel.js';
import { pointwise } from './pointwise.js';
import type { TensorStore } from './tensor-store.js';
import type { Trace } from './trace.js';
import type { TracedValue } from './traced-value.js';

/** A tensor as a kernel gets it, under a name or a number. */
export type KernelInputs = Readonly<Record<string, tf.TensorInfo | undefined>>;

/** Elements of an array that is copied to the device on the main thread. */
const largestCopiedHere = 16_384;

export interface KernelBackendOptions {
  readonly client: Client;
  /** That compiled steps are divided over; kernels run one by one on the first. */
  readonly devices: readonly Device[];
  /** Of products of float32. */
  readonly precision: Precision;
}

/** tfjs's side of the backend: owns the data of tensors and runs kernels, at once or into the trace under way. */
export class PjrtKernelBackend extends tf.KernelBackend implements TensorStore {
  readonly data: tf.DataStorage<Entry>;
  readonly client: Client;
  readonly device: Device;
  readonly devices: readonly Device[];
  readonly eager: EagerOps;
  readonly precision: Precision;
  /** Set while a step is traced: kernels become its ops. */
  trace: Trace | null = null;

  constructor({ client, devices, precision }: KernelBackendOptions) {
    super();
    this.client = client;
    this.device = devices[0]!;
    this.devices = devices;
    this.precision = precision;
    this.data = new tf.DataStorage<Entry>(this, tf.engine());
    this.eager = new EagerOps(client, this.device, precision);
  }

  /** Runs a kernel on tensors, gives tensors. */
  run(kernel: Kernel, inputs: KernelInputs, attrs: unknown): tf.TensorInfo[] {
    const given = Object.entries(inputs).flatMap(([name, info]) => (info ? [{ name, info }] : []));
    if (this.trace) return this.trace.run(kernel, given, attrs);
    const results = this.eager.run(
      kernel,
      given.map(({ name, info }) => ({
        name,
        shape: info.shape,
        buffer: this.onDevice(info, kernel.name).buffer,
      })),
      attrs,
    );
    return results.map(({ buffer, type }) => this.fromDevice(new DeviceValue(buffer), type));
  }

  /** Called by `pointwise` of `@ganymede/ops`. */
  pointwise(inputs: readonly tf.Tensor[], body: (...inputs: tf.Tensor[]) => tf.Tensor[]): tf.Tensor[] {
    return pointwise(this, inputs, body);
  }

  /**
   * The values on the device; brings them there. The entry keeps hold of them. The buffer may have another shape than the
   * tensor: reshaping shares data.
   */
  onDevice({ dataId }: Pick<tf.TensorInfo, 'dataId'>, what: string): DeviceValue {
    const entry = this.data.get(dataId);
    if (entry.traced) throw leftTrace(what, entry.traced.op);
    entry.device ??= new DeviceValue(
      this.client.upload(hostArray(entry, what), entry.shape, {
        elementType: elementTypeOf(entry.dtype, what),
        device: this.device,
      }),
    );
    return entry.device;
  }

  /** As `onDevice`, copying what is large off the main thread. */
  async onDeviceAsync(info: Pick<tf.TensorInfo, 'dataId'>, what: string): Promise<DeviceValue> {
    const entry = this.data.get(info.dataId);
    if (entry.device || entry.traced || entry.dtype === 'bool') return this.onDevice(info, what);
    const buffer = await this.upload(hostArray(entry, what), entry.shape, {
      elementType: elementTypeOf(entry.dtype, what),
      device: this.device,
    });
    // The tensor may have come to the device, or gone, meanwhile.
    if (entry.device) buffer.dispose();
    return (entry.device ??= new DeviceValue(buffer));
  }

  /** Copies what is large off the main thread: a small copy takes less time than a thread's turn. */
  async upload(values: HostArray, shape: readonly number[], options: UploadOptions): Promise<DeviceBuffer> {
    const { client } = this;
    return values.length <= largestCopiedHere
      ? client.upload(values, shape, options)
      : client.uploadAsync(values, shape, options);
  }

  /**
   * Lets a variable hold a value of its own shape and type, without the tensors that tfjs would make on the way: a step
   * assigns hundreds.
   */
  assign(variable: tf.Variable, device: DeviceValue): void {
    const entry = this.data.get(variable.dataId);
    if (entry.refCount === 1) {
      entry.device?.release();
      entry.device = device;
      entry.host = null;
      return;
    }
    // Others share the old values.
    const value = tf.engine().makeTensorFromTensorInfo(this.fromDevice(device, device.buffer.type));
    variable.assign(value);
    value.dispose();
  }

  /** A tensor that takes over the hold on a value. */
  fromDevice(device: DeviceValue, { elementType, shape }: TensorType): tf.TensorInfo {
    const dtype = dtypeOf(elementType);
    return this.hold({ dtype, refCount: 1, host: null, shape, device, traced: null }, shape);
  }

  fromTrace(traced: TracedValue, type: TensorType = traced.value.type): tf.TensorInfo {
    const { elementType, shape } = type;
    const dtype = dtypeOf(elementType);
    return this.hold({ dtype, refCount: 1, host: null, shape, device: null, traced }, shape);
  }

  private hold(entry: Entry, shape: readonly number[]): tf.TensorInfo {
    const dataId = {};
    this.data.set(dataId, entry);
    return { dataId, shape: [...shape], dtype: entry.dtype };
  }

  /** The same data under another shape. */
  share({ dataId, dtype }: tf.TensorInfo, shape: readonly number[]): tf.TensorInfo {
    this.incRef(dataId);
    return { dataId, dtype, shape: [...shape] };
  }

  override write(values: tf.BackendValues, shape: number[], dtype: tf.DataType): tf.DataId {
    const dataId = {};
    this.move(dataId, values, shape, dtype, 1);
    return dataId;
  }

  override move(
    dataId: tf.DataId,
    values: tf.BackendValues,
    shape: number[],
    dtype: tf.DataType,
    refCount: number,
  ): void {
    if (dtype === 'complex64') elementTypeOf(dtype, 'a tensor');
    this.data.set(dataId, { dtype, refCount, host: values, shape, device: null, traced: null });
  }

  override async read(dataId: tf.DataId): Promise<tf.BackendValues> {
    const { host, device, traced } = this.data.get(dataId);
    if (traced) throw traced.trace.valueError(traced);
    return host ?? ((await reading(() => device!.buffer.read())) as tf.BackendValues);
  }

  override readSync(dataId: tf.DataId): tf.BackendValues {
    const { host, device, traced } = this.data.get(dataId);
    if (traced) throw traced.trace.valueError(traced);
    return host ?? (reading(() => device!.buffer.readSync()) as tf.BackendValues);
  }

  override disposeData(dataId: tf.DataId, force = false): boolean {
    if (!this.data.has(dataId)) return true;
    const entry = this.data.get(dataId);
    entry.refCount--;
    if (!force && entry.refCount > 0) return false;
    entry.device?.release();
    this.data.delete(dataId);
    return true;
  }

  override refCount(dataId: tf.DataId): number {
    return this.data.has(dataId) ? this.data.get(dataId).refCount : 0;
  }

  override incRef(dataId: tf.DataId): void {
    this.data.get(dataId).refCount++;
  }

  /** Called by tfjs's engine on some paths, though its base class does not declare it. */
  decRef(dataId: tf.DataId): void {
    if (this.data.has(dataId)) this.data.get(dataId).refCount--;
  }

  /** The client frees what is left on the device. */
  override dispose(): void {
    this.trace = null;
  }

  override numDataIds(): number {
    return this.data.numDataIds();
  }

  override memory(): { unreliable: boolean } {
    return { unreliable: false };
  }

  override floatPrecision(): 16 | 32 {
    return 32;
  }

  override epsilon(): number {
    return 1e-7;
  }

  override timerAvailable(): boolean {
    return true;
  }

  override async time(act: () => void): Promise<tf.BackendTimingInfo> {
    const start = performance.now();
    act();
    return { kernelMs: performance.now() - start };
  }
}

function leftTrace(what: string, op: string): GanymedeError {
  return new GanymedeError(
    'TENSOR_OF_A_TRACE',
    `${what}: expected tensors with values, got the result of ${op} in a compiled step`,
    { kind: 'failed', hint: 'What a compiled step is to give out, it returns.' },
  );
}

function reading<T>(read: () => T): T {
  const explain = (error: unknown): unknown =>
    (error as { code?: string }).code === 'BUFFER_DONATED'
      ? new GanymedeError(
          'VARIABLE_IN_RUN',
          'read of a variable: expected no run of a compiled step that assigns it, got one under way or failed',
          { kind: 'failed', hint: 'Await the run first.', cause: error },
        )
      : error;
  try {
    const result = read();
    if (!(result instanceof Promise)) return result;
    return result.catch((error: unknown) => {
      throw explain(error);
    }) as T;
  } catch (error) {
    throw explain(error);
  }
}
