import { promisify } from 'node:util';
import * as attributes from './attributes.js';
import { eagerSetters, setAttribute, type OpAttribute } from './attributes.js';
import type { CApi, Pointer } from './c-api.js';
import { contextConfig, type SessionOptions } from './config-proto.js';
import * as types from './data-types.js';
import { describeOp } from './describe-op.js';
import { devicesOf, expectGpu, type Device } from './devices.js';
import { TensorFlowError } from './errors.js';
import { freeStrings, fromNative, stringsToNative, toNative, type HostValues } from './native-tensor.js';
import { Status } from './status.js';
import type { EagerTensor, EagerTensors, TensorMetadata } from './eager-tensors.js';
import type { Trace } from './trace.js';

/**
 * tfjs-node's native interface (TFJSBinding) in TypeScript over TensorFlow's eager C API. While a trace is set,
 * ops become nodes of its graph instead; tensors of the trace have negative ids, so that they never meet eager ones.
 */
export class EagerBinding implements EagerTensors {
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
  readonly devices: readonly Device[];
  /** Whether the context is gone. */
  disposed = false;
  /** Set while a function is traced. */
  trace: Trace | null = null;
  /** Names of the functions of this context that `pointwise` made. */
  readonly pointwiseFunctions = new Set<string>();

  private readonly handles = new Map<number, EagerTensor>();
  private readonly setters: ReturnType<typeof eagerSetters>;
  private readonly count = new Int32Array(1);
  private results = new BigUint64Array(16);
  private nextId = 1;
  private lastSymbolId = -1; // tfjs's mark for a tensor that was not uploaded yet
  private functions = 0;

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
    this.devices = devicesOf(api, this.context, this.status);
    if (options.gpu !== undefined) expectGpu(options.gpu, this.devices, this.TF_Version);
  }

  isUsingGpuDevice(): boolean {
    return this.devices.some(({ type }) => type === 'GPU');
  }

  getNumOfTensors(): number {
    return this.handles.size;
  }

  /** @throws NO_SUCH_TENSOR for an id that was freed or that a trace left behind */
  handle(id: number, what = 'tensor'): EagerTensor {
    const handle = this.handles.get(id);
    if (handle) return handle;
    throw id < 0
      ? new TensorFlowError(
          'TENSOR_OF_A_TRACE',
          `${what}: expected a tensor with a value, got one made while a compiled function was traced`,
          {
            kind: 'failed',
            hint: 'Return the tensor from the compiled function instead of keeping it in a variable of the program.',
          },
        )
      : new TensorFlowError(
          'NO_SUCH_TENSOR',
          `${what}: expected a live tensor, got id ${id}, which was freed`,
          { kind: 'failed' },
        );
  }

  /** An id for a tensor of a trace: negative, and never given twice, so that a stale one is noticed. */
  symbolId(): number {
    return --this.lastSymbolId;
  }

  /** A name for a function of this context. */
  functionName(label: string): string {
    return `${label.replace(/[^A-Za-z0-9_]/g, '_')}_${this.functions++}`;
  }

  /** Takes over a native handle. */
  adopt(pointer: Pointer): TensorMetadata {
    const { api, status } = this;
    const rank = api.handleNumDims(pointer, status.pointer);
    const shape = new Array<number>(Math.max(rank, 0));
    for (let i = 0; i < rank; i++) shape[i] = Number(api.handleDim(pointer, i, status.pointer));
    status.check(() => 'shape of a tensor');
    const id = this.nextId++;
    const dtype = api.handleDataType(pointer);
    this.handles.set(id, { pointer, shape, dtype });
    return { id, shape: shape.slice(), dtype };
  }

  createTensor(shape: number[], dtype: number, values: unknown): number {
    if (dtype === types.TF_STRING)
      return this.createStrings(shape, values as readonly (Uint8Array | string)[]);
    const { api, status } = this;
    const tensor = toNative(api, shape, dtype, values as Float32Array);
    const pointer = api.newTensorHandle(tensor, status.pointer);
    api.deleteTensor(tensor);
    status.check(() => `createTensor [${shape.join(', ')}]`);
    const id = this.nextId++;
    this.handles.set(id, { pointer, shape: shape.slice(), dtype });
    return id;
  }

  /**
   * TensorFlow does not free strings that a caller put into a tensor, and freeing them with the handle would pull
   * them from under other handles of the same values: an op copies them into a tensor of TensorFlow's own.
   */
  private createStrings(shape: number[], values: readonly (Uint8Array | string)[]): number {
    const { api, status } = this;
    const tensor = stringsToNative(api, shape, values);
    const pointer = api.newTensorHandle(tensor, status.pointer);
    try {
      status.check(() => `createTensor [${shape.join(', ')}]`);
      const one = { name: 'N', type: attributes.TF_ATTR_INT, value: 1 };
      return this.executeHandles('StringJoin', [one], [pointer], 1)[0]!.id;
    } finally {
      freeStrings(api, tensor, values.length);
      api.deleteTensorHandle(pointer);
      api.deleteTensor(tensor);
    }
  }

  deleteTensor(id: number): void {
    if (id < 0 || this.disposed) return; // a node of a graph is freed with the graph, all else with the context
    const { pointer } = this.handle(id, 'deleteTensor');
    this.handles.delete(id);
    this.api.deleteTensorHandle(pointer);
  }

  tensorDataSync(id: number): HostValues {
    if (this.trace && id < 0) throw this.trace.valueError(id);
    const { pointer, dtype } = this.handle(id, 'read');
    const tensor = this.api.resolveHandle(pointer, this.status.pointer);
    this.status.check(() => 'read of a tensor');
    try {
      return fromNative(this.api, tensor, dtype);
    } finally {
      this.api.deleteTensor(tensor);
    }
  }

  /** As tensorDataSync, but waiting for the value happens on a worker thread; the tensor may be freed meanwhile. */
  async tensorData(id: number): Promise<HostValues> {
    if (this.trace && id < 0) throw this.trace.valueError(id);
    const { api } = this;
    const { pointer, dtype } = this.handle(id, 'read');
    const own = api.shareHandle(pointer, this.status.pointer);
    this.status.check(() => 'read of a tensor');
    const status = new Status(api);
    try {
      const tensor = await promisify(api.resolveHandle.async)(own, status.pointer);
      status.check(() => 'read of a tensor');
      try {
        return fromNative(api, tensor, dtype);
      } finally {
        api.deleteTensor(tensor);
      }
    } finally {
      api.deleteTensorHandle(own);
      status.dispose();
    }
  }

  executeOp(
    name: string,
    opAttributes: readonly OpAttribute[],
    inputs: readonly number[],
    numOutputs: number,
  ): TensorMetadata[] {
    // Tensors of a trace have negative ids.
    if (this.trace && !(this.trace.foldsKnown && inputs.every((id) => id >= 0)))
      return this.trace.addOp(name, opAttributes, inputs);
    const pointers = new Array<Pointer>(inputs.length);
    for (let i = 0; i < inputs.length; i++) pointers[i] = this.handle(inputs[i]!, name).pointer;
    return this.executeHandles(name, opAttributes, pointers, numOutputs);
  }

  private executeHandles(
    name: string,
    opAttributes: readonly OpAttribute[],
    inputs: readonly Pointer[],
    numOutputs: number,
  ): TensorMetadata[] {
    const { api, status, count } = this;
    this.checkLive(name);
    const op = api.newOp(this.context, name, status.pointer);
    status.check(() => `op ${name}`);
    try {
      for (const input of inputs) {
        api.opAddInput(op, input, status.pointer);
        status.check(() => describeOp(api, name, inputs));
      }
      for (const attribute of opAttributes) setAttribute(this.setters, op, name, attribute);
      if (numOutputs > this.results.length) this.results = new BigUint64Array(2 * numOutputs);
      count[0] = numOutputs;
      api.execute(op, this.results, count, status.pointer);
      status.check(() => describeOp(api, name, inputs));
      const outputs = new Array<TensorMetadata>(count[0]);
      for (let i = 0; i < outputs.length; i++) outputs[i] = this.adopt(this.results[i]!);
      return outputs;
    } finally {
      api.deleteOp(op);
    }
  }

  /** A tensor's values in another type, also while a function is traced. @returns a handle that the caller frees */
  castHandle(id: number, from: number, to: number): Pointer {
    const attribute = (name: string, value: number): OpAttribute => ({
      name,
      type: attributes.TF_ATTR_TYPE,
      value,
    });
    const types = [attribute('SrcT', from), attribute('DstT', to)];
    const { id: cast } = this.executeHandles('Cast', types, [this.handle(id, 'Cast').pointer], 1)[0]!;
    const { pointer } = this.handle(cast);
    this.handles.delete(cast);
    return pointer;
  }

  loadSavedModel(): never {
    throw new TensorFlowError(
      'NOT_SUPPORTED',
      'loadSavedModel: expected a tfjs model, got a SavedModel, which this binding does not run',
      { kind: 'failed' },
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

  /** @throws BACKEND_DISPOSED */
  checkLive(what: string): void {
    if (!this.disposed) return;
    throw new TensorFlowError(
      'BACKEND_DISPOSED',
      `${what}: expected a live TensorFlow backend, got one that was removed`,
      { kind: 'failed' },
    );
  }

  /** Frees every tensor and the context; the status stays for what is still to be refused. */
  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    for (const { pointer } of this.handles.values()) this.api.deleteTensorHandle(pointer);
    this.handles.clear();
    this.api.deleteContext(this.context);
  }
}
