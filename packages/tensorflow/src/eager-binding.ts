import * as attributes from './attributes.js';
import { eagerSetters, setAttribute, type OpAttribute } from './attributes.js';
import type { CApi, Pointer } from './c-api.js';
import { contextConfig, type SessionOptions } from './config-proto.js';
import * as types from './data-types.js';
import { TensorFlowError } from './errors.js';
import { fromNative, toNative, type HostValues } from './native-tensor.js';
import { Status } from './status.js';
import type { Trace } from './trace.js';

/** What an op gives back (tfjs_binding.d.ts: TensorMetadata). */
export interface TensorMetadata {
  readonly id: number;
  readonly shape: number[];
  readonly dtype: number;
}

interface Handle {
  readonly pointer: Pointer;
  readonly shape: number[];
  readonly dtype: number;
}

/**
 * tfjs-node's native interface (TFJSBinding) in TypeScript over TensorFlow's eager C API. While a trace is set,
 * ops become nodes of its graph instead; tensors of the trace have negative ids, so that they never meet eager ones.
 */
export class EagerBinding {
  readonly TF_FLOAT = types.TF_FLOAT;
  readonly TF_INT32 = types.TF_INT32;
  readonly TF_INT64 = types.TF_INT64;
  readonly TF_BOOL = types.TF_BOOL;
  readonly TF_COMPLEX64 = types.TF_COMPLEX64;
  readonly TF_STRING = types.TF_STRING;
  readonly TF_RESOURCE = types.TF_RESOURCE;
  readonly TF_UINT8 = types.TF_UINT8;
  readonly TF_ATTR_STRING = attributes.TF_ATTR_STRING;
  readonly TF_ATTR_INT = attributes.TF_ATTR_INT;
  readonly TF_ATTR_FLOAT = attributes.TF_ATTR_FLOAT;
  readonly TF_ATTR_BOOL = attributes.TF_ATTR_BOOL;
  readonly TF_ATTR_TYPE = attributes.TF_ATTR_TYPE;
  readonly TF_ATTR_SHAPE = attributes.TF_ATTR_SHAPE;
  readonly TF_ATTR_RESOURCE = attributes.TF_ATTR_RESOURCE;
  readonly TF_Version: string;

  readonly context: Pointer;
  readonly status: Status;
  readonly devices: readonly { readonly name: string; readonly type: string }[];
  /** Set while a function is traced. */
  trace: Trace | null = null;

  private readonly handles = new Map<number, Handle>();
  private readonly setters: ReturnType<typeof eagerSetters>;
  private readonly device: string | null;
  private nextId = 1;

  constructor(
    readonly api: CApi,
    options: SessionOptions = {},
  ) {
    this.TF_Version = api.version();
    this.status = new Status(api);
    this.setters = eagerSetters(api, this.status.pointer);
    const contextOptions = api.newContextOptions();
    const config = contextConfig(options);
    api.setContextConfig(contextOptions, config, config.length, this.status.pointer);
    this.status.check(() => 'TensorFlow context options');
    this.context = api.newContext(contextOptions, this.status.pointer);
    api.deleteContextOptions(contextOptions);
    this.status.check(() => 'TensorFlow context');
    this.devices = this.listDevices();
    const gpu = this.devices.find(({ type }) => type === 'GPU');
    if (options.gpu !== undefined && !gpu) {
      throw new TensorFlowError(
        'NO_GPU',
        `device gpu:${options.gpu}: expected a GPU that TensorFlow ${this.TF_Version} can use, got ${this.devices.map(({ name }) => name).join(', ')}`,
        { hint: 'Use device cpu, or install a TensorFlow library built for CUDA and a matching driver.' },
      );
    }
    // TensorFlow numbers the visible GPUs anew, so the one that was asked for is always GPU:0.
    this.device = options.gpu === undefined ? null : '/device:GPU:0';
  }

  private listDevices(): { name: string; type: string }[] {
    const { api, status } = this;
    const list = api.listDevices(this.context, status.pointer);
    status.check(() => 'TensorFlow devices');
    const devices = Array.from({ length: api.deviceListCount(list) }, (_, i) => ({
      name: api.deviceListName(list, i, status.pointer),
      type: api.deviceListType(list, i, status.pointer),
    }));
    api.deleteDeviceList(list);
    return devices;
  }

  isUsingGpuDevice(): boolean {
    return this.devices.some(({ type }) => type === 'GPU');
  }

  getNumOfTensors(): number {
    return this.handles.size;
  }

  handle(id: number, what = 'tensor'): Handle {
    const handle = this.handles.get(id);
    if (!handle)
      throw new TensorFlowError(
        'NO_SUCH_TENSOR',
        `${what}: expected a live tensor, got id ${id}, which was freed`,
      );
    return handle;
  }

  /** Takes over a native handle. */
  adopt(pointer: Pointer): TensorMetadata {
    const { api, status } = this;
    const dims = api.handleNumDims(pointer, status.pointer);
    const shape = new Array<number>(dims);
    for (let i = 0; i < dims; i++) shape[i] = Number(api.handleDim(pointer, i, status.pointer));
    status.check(() => 'shape of a tensor');
    const id = this.nextId++;
    const handle = { pointer, shape, dtype: api.handleDataType(pointer) };
    this.handles.set(id, handle);
    return { id, shape: shape.slice(), dtype: handle.dtype };
  }

  createTensor(shape: number[], dtype: number, values: unknown): number {
    const { api, status } = this;
    const tensor = toNative(api, shape, dtype, values);
    const pointer = api.newTensorHandle(tensor, status.pointer);
    api.deleteTensor(tensor);
    status.check(() => `createTensor [${shape.join(', ')}]`);
    const id = this.nextId++;
    this.handles.set(id, { pointer, shape: shape.slice(), dtype });
    return id;
  }

  deleteTensor(id: number): void {
    if (id < 0) return; // a node of a graph: freed with the graph
    const { pointer } = this.handle(id, 'deleteTensor');
    this.handles.delete(id);
    this.api.deleteTensorHandle(pointer);
  }

  tensorDataSync(id: number): HostValues {
    if (id < 0) throw this.readWhileTracing(id);
    const { pointer, dtype } = this.handle(id, 'read');
    const tensor = this.api.resolveHandle(pointer, this.status.pointer);
    this.status.check(() => 'read of a tensor');
    try {
      return fromNative(this.api, tensor, dtype);
    } finally {
      this.api.deleteTensor(tensor);
    }
  }

  /** As tensorDataSync, but waiting for the value happens on a worker thread. */
  async tensorData(id: number): Promise<HostValues> {
    if (id < 0) throw this.readWhileTracing(id);
    const { pointer, dtype } = this.handle(id, 'read');
    const status = new Status(this.api);
    try {
      const tensor = await new Promise<Pointer>((resolve, reject) => {
        this.api.resolveHandle.async(pointer, status.pointer, (error, result) =>
          error ? reject(error) : resolve(result),
        );
      });
      status.check(() => 'read of a tensor');
      try {
        return fromNative(this.api, tensor, dtype);
      } finally {
        this.api.deleteTensor(tensor);
      }
    } finally {
      status.dispose();
    }
  }

  private readWhileTracing(id: number): TensorFlowError {
    return this.trace
      ? this.trace.valueError(id)
      : new TensorFlowError(
          'TENSOR_OF_A_TRACE',
          'read: expected a tensor with a value, got one that a compiled function left behind while it was traced',
        );
  }

  executeOp(
    name: string,
    opAttributes: readonly OpAttribute[],
    inputs: readonly number[],
    numOutputs: number,
  ): TensorMetadata[] {
    if (this.trace) return this.trace.addOp(name, opAttributes, inputs);
    const { api, status } = this;
    const op = api.newOp(this.context, name, status.pointer);
    status.check(() => `op ${name}`);
    try {
      if (this.device) api.opSetDevice(op, this.device, status.pointer);
      for (const id of inputs) api.opAddInput(op, this.handle(id, name).pointer, status.pointer);
      for (const attribute of opAttributes) setAttribute(this.setters, op, name, attribute);
      const results = new Array<Pointer>(numOutputs).fill(null);
      const count = [numOutputs];
      api.execute(op, results, count, status.pointer);
      status.check(() => this.describe(name, inputs));
      return results.slice(0, count[0]).map((pointer) => this.adopt(pointer));
    } finally {
      api.deleteOp(op);
    }
  }

  /** `Conv2D(float32 [50, 32, 32, 3], float32 [3, 3, 3, 64])`, for messages. */
  private describe(name: string, inputs: readonly number[]): string {
    const described = inputs.map((id) => {
      const handle = this.handles.get(id);
      return handle ? `${types.dataTypeName(handle.dtype)} [${handle.shape.join(', ')}]` : 'freed tensor';
    });
    return `${name}(${described.join(', ')})`;
  }

  loadSavedModel(): never {
    throw new TensorFlowError(
      'NOT_SUPPORTED',
      'loadSavedModel: expected a tfjs model, got a SavedModel, which this binding does not run',
    );
  }

  deleteSavedModel(): never {
    return this.loadSavedModel();
  }

  runSavedModel(): never {
    return this.loadSavedModel();
  }

  getNumOfSavedModels(): number {
    return 0;
  }

  dispose(): void {
    for (const { pointer } of this.handles.values()) this.api.deleteTensorHandle(pointer);
    this.handles.clear();
    this.api.deleteContext(this.context);
    this.status.dispose();
  }
}
