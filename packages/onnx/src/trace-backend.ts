import * as tf from '@tensorflow/tfjs';
import { Emitter } from './emitter.js';
import { unsupportedKernel, valueRead } from './errors.js';
import type { Constant, Graph, GraphValue } from './graph.js';
import type { Kernel, Inputs } from './kernel.js';
import { elementwise } from './kernels/elementwise.js';
import { images } from './kernels/images.js';
import { products } from './kernels/products.js';
import { shapes } from './kernels/shapes.js';
import type { ElementType } from './proto.js';

/** What a tensor is while a function is written down: a value of the graph, or numbers that are known now. */
type Content =
  { readonly value: GraphValue } | { readonly values: tf.BackendValues; readonly dtype: tf.DataType };
/** `references`: tensors that have it. */
type Entry = Content & { references: number };

export const backendName = 'onnx';

const kernels: Readonly<Record<string, Kernel>> = { ...elementwise, ...images, ...products, ...shapes };

const elementTypeOf = (dtype: tf.DataType): ElementType => {
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return dtype;
  throw unsupportedKernel(`a tensor of ${dtype}`);
};

/**
 * A backend of tfjs that computes nothing of what depends on the inputs: kernels become operators of a graph. What depends
 * on constants alone is computed at once, by tfjs's own kernels in plain JavaScript, so that a norm of weights is in the
 * graph as its result.
 */
export class TraceBackend extends tf.KernelBackend {
  private readonly data: tf.DataStorage<Entry>;
  private readonly emitter: Emitter;

  constructor(
    private readonly graph: Graph,
    /** Whose first size is the number of images. */
    counted: GraphValue,
    private readonly constants: tf.KernelBackend,
  ) {
    super();
    this.data = new tf.DataStorage(this, tf.engine());
    this.emitter = new Emitter(graph, counted);
  }

  /** Kernels as tfjs's registry takes them; every name that plain JavaScript knows has one. */
  get kernels(): tf.KernelConfig[] {
    return tf.getKernelsForBackend('cpu').map(({ kernelName }) => ({
      kernelName,
      backendName,
      kernelFunc: ({ inputs, attrs }) => this.kernel(kernelName, inputs as tf.NamedTensorInfoMap, attrs),
    }));
  }

  /** The tensor of an input, which callers may give in another type. */
  inputOf(value: GraphValue, dtype: 'float32' | 'int32'): tf.Tensor {
    return tf.engine().makeTensorFromTensorInfo(this.infoOf(this.emitter.cast(value, dtype)));
  }

  /** A tensor of known numbers. */
  constantOf(values: tf.BackendValues, shape: readonly number[], dtype: tf.DataType): tf.Tensor {
    const info = { dataId: this.write(values, [...shape], dtype), shape: [...shape], dtype };
    return tf.engine().makeTensorFromTensorInfo(info);
  }

  /** What a tensor is in the graph. */
  graphValue({ dataId, shape }: tf.TensorInfo): GraphValue {
    const entry = this.data.get(dataId);
    return 'value' in entry
      ? this.emitter.reshape(entry.value, shape)
      : this.emitter.constant(constantOf(entry.values, shape, elementTypeOf(entry.dtype)));
  }

  /** Whether a tensor's data are here. */
  holds(dataId: object): boolean {
    return this.data.has(dataId);
  }

  private kernel(
    name: string,
    given: tf.NamedTensorInfoMap,
    attrs: tf.NamedAttrMap | undefined,
  ): tf.TensorInfo | tf.TensorInfo[] {
    const inputs = Object.entries(given) as [string, tf.TensorInfo][];
    const isKnown = inputs.every(([, { dataId }]) => !('value' in this.data.get(dataId)));
    if (isKnown) return this.compute(name, inputs, attrs);
    const kernel = kernels[name];
    if (!kernel) throw unsupportedKernel(name);
    const values: Inputs = Object.fromEntries(inputs.map(([key, info]) => [key, this.graphValue(info)]));
    const result = kernel(values, attrs as never, this.emitter);
    return Array.isArray(result)
      ? (result as GraphValue[]).map((value) => this.infoOf(value))
      : this.infoOf(result as GraphValue);
  }

  /** Of known numbers, by tfjs's own kernel. */
  private compute(
    name: string,
    given: readonly (readonly [string, tf.TensorInfo])[],
    attrs: tf.NamedAttrMap | undefined,
  ): tf.TensorInfo | tf.TensorInfo[] {
    const { constants } = this;
    const made: object[] = [];
    const inputs = Object.fromEntries(
      given.map(([key, { dataId, shape, dtype }]) => {
        const { values } = this.data.get(dataId) as { values: tf.BackendValues };
        const id = constants.write(values, shape, dtype);
        made.push(id);
        return [key, { dataId: id, shape, dtype }];
      }),
    );
    const { kernelFunc } = tf.getKernel(name, 'cpu');
    const results = kernelFunc({ inputs, backend: constants, attrs: attrs ?? {} });
    const known = [results].flat().map(({ dataId, shape, dtype }) => {
      const values = constants.readSync(dataId);
      if (!made.includes(dataId)) made.push(dataId);
      return { dataId: this.write(values.slice() as tf.BackendValues, shape, dtype), shape, dtype };
    });
    for (const id of made) constants.disposeData(id, true);
    return Array.isArray(results) ? known : known[0]!;
  }

  private infoOf(value: GraphValue): tf.TensorInfo {
    return {
      dataId: this.keep({ value }),
      shape: [...value.shape],
      dtype: value.elementType as tf.DataType,
    };
  }

  private keep(content: Content): object {
    const dataId = {};
    this.data.set(dataId, { ...content, references: 1 });
    return dataId;
  }

  override write(values: tf.BackendValues, _shape: number[], dtype: tf.DataType): object {
    return this.keep({ values, dtype });
  }

  override move(dataId: object, values: tf.BackendValues, _shape: number[], dtype: tf.DataType): void {
    this.data.set(dataId, { values, dtype, references: 1 });
  }

  override readSync(dataId: object): tf.BackendValues {
    const entry = this.data.get(dataId);
    if ('value' in entry) throw valueRead();
    return entry.values;
  }

  override async read(dataId: object): Promise<tf.BackendValues> {
    return this.readSync(dataId);
  }

  override disposeData(dataId: object, force = false): boolean {
    if (!this.data.has(dataId)) return true;
    const entry = this.data.get(dataId);
    entry.references--;
    if (!force && entry.references > 0) return false;
    this.data.delete(dataId);
    return true;
  }

  override numDataIds(): number {
    return this.data.numDataIds();
  }

  override incRef(dataId: object): void {
    this.data.get(dataId).references++;
  }

  override refCount(dataId: object): number {
    return this.data.has(dataId) ? this.data.get(dataId).references : 0;
  }

  override timerAvailable(): boolean {
    return false;
  }

  override floatPrecision(): 32 {
    return 32;
  }

  override dispose(): void {}
}

function constantOf(values: tf.BackendValues, shape: readonly number[], elementType: ElementType): Constant {
  const data = values as Float32Array | Int32Array | Uint8Array;
  switch (elementType) {
    case 'float32':
      return { shape, elementType, data: Float32Array.from(data) };
    case 'int32':
      return { shape, elementType, data: Int32Array.from(data) };
    default:
      return { shape, elementType, data: Uint8Array.from(data) };
  }
}
