import { dataTypes, encodeModel, type ElementType } from './proto.js';
import { tooLarge } from './errors.js';

/** A value of the graph. Sizes that follow the number of images are multiples of the graph's `batch`. */
export interface GraphValue {
  readonly name: string;
  readonly shape: readonly number[];
  readonly elementType: ElementType;
}

export interface Constant {
  readonly shape: readonly number[];
  readonly elementType: ElementType;
  readonly data: Float32Array | Int32Array | BigInt64Array | Uint8Array;
}

/** A whole number, a real one, a word, or whole numbers. */
export type Attribute = number | { readonly float: number } | string | readonly number[];

interface Node {
  readonly opType: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** What a model says of itself. */
export interface ModelDescription {
  readonly name: string;
  readonly doc: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** A model, and the inputs that it has: those that its outputs depend on. */
export interface OnnxModel {
  readonly bytes: Uint8Array;
  readonly inputs: readonly string[];
}

/** Version 17 of the operators, in a model of version 8: what ONNX 1.12 of 2022 and every later one read. */
const opset = 17;
const irVersion = 8;
/** The size of the first dimension, as the model's inputs and outputs name it. */
const batchName = 'batch';
const largest = 2 ** 31 - 1;

/** A graph of ONNX under construction. */
export class Graph {
  private readonly inputs: GraphValue[] = [];
  private readonly nodes: Node[] = [];
  private readonly constants = new Map<string, Constant>();
  private count = 0;

  /** @param batch - a size that stands for the number of images, and divides no other */
  constructor(readonly batch: number) {}

  input(name: string, shape: readonly number[], elementType: ElementType): GraphValue {
    const value = { name, shape, elementType };
    this.inputs.push(value);
    return value;
  }

  constant(constant: Constant): GraphValue {
    const value = this.value(constant.shape, constant.elementType);
    this.constants.set(value.name, constant);
    return value;
  }

  constantOf({ name }: GraphValue): Constant | undefined {
    return this.constants.get(name);
  }

  /** int64 [n], of which sizes and axes are made. */
  integers(values: readonly number[]): GraphValue {
    const data = BigInt64Array.from(values, BigInt);
    return this.constant({ shape: [values.length], elementType: 'int64', data });
  }

  node(
    opType: string,
    inputs: readonly GraphValue[],
    results: readonly Omit<GraphValue, 'name'>[],
    attributes: Readonly<Record<string, Attribute>> = {},
  ): GraphValue[] {
    const outputs = results.map(({ shape, elementType }) => this.value(shape, elementType));
    const names = (values: readonly GraphValue[]): string[] => values.map(({ name }) => name);
    this.nodes.push({ opType, inputs: names(inputs), outputs: names(outputs), attributes });
    return outputs;
  }

  /** Whether a size follows the number of images. */
  isBatch(size: number): boolean {
    return size > 0 && size % this.batch === 0;
  }

  /**
   * The model's bytes: what the outputs need, and nothing else.
   * @param outputs - by name
   * @throws ONNX_TOO_LARGE
   */
  encode(outputs: Readonly<Record<string, GraphValue>>, about: ModelDescription): OnnxModel {
    const results = Object.entries(outputs).map(([name, value]) => {
      this.nodes.push({ opType: 'Identity', inputs: [value.name], outputs: [name], attributes: {} });
      return { ...value, name };
    });
    const needed = new Set(results.map(({ name }) => name));
    const nodes: Node[] = [];
    for (const node of [...this.nodes].reverse()) {
      if (!node.outputs.some((name) => needed.has(name))) continue;
      for (const name of node.inputs) needed.add(name);
      nodes.unshift(node);
    }
    const constants = [...this.constants].filter(([name]) => needed.has(name));
    const bytes = constants.reduce((sum, [, { data }]) => sum + data.byteLength, 0);
    if (bytes > largest) throw tooLarge(bytes);
    const inputs = this.inputs.filter(({ name }) => needed.has(name));
    const model = encodeModel({
      irVersion,
      opsetImport: [{ domain: '', version: opset }],
      producerName: 'ganymede',
      docString: about.doc,
      graph: {
        name: about.name,
        node: nodes.map(nodeProto),
        initializer: constants.map(([name, { shape, elementType, data }]) => ({
          name,
          dims: shape,
          dataType: dataTypes[elementType],
          rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
        })),
        input: inputs.map((value) => this.valueProto(value)),
        output: results.map((value) => this.valueProto(value)),
      },
      metadataProps: Object.entries(about.metadata).map(([key, value]) => ({ key, value })),
    });
    return { bytes: model, inputs: inputs.map(({ name }) => name) };
  }

  private value(shape: readonly number[], elementType: ElementType): GraphValue {
    return { name: `v${this.count++}`, shape, elementType };
  }

  private valueProto({ name, shape, elementType }: GraphValue): object {
    const dim = shape.map((size) => (this.isBatch(size) ? { dimParam: batchName } : { dimValue: size }));
    return { name, type: { tensorType: { elemType: dataTypes[elementType], shape: { dim } } } };
  }
}

function nodeProto({ opType, inputs, outputs, attributes }: Node): object {
  const attribute = Object.entries(attributes).map(([name, value]) => ({ name, ...attributeProto(value) }));
  return { name: outputs[0], opType, input: inputs, output: outputs, attribute };
}

function attributeProto(value: Attribute): object {
  if (typeof value === 'number') return { type: 'INT', i: value };
  if (typeof value === 'string') return { type: 'STRING', s: new TextEncoder().encode(value) };
  if ('float' in value) return { type: 'FLOAT', f: value.float };
  return { type: 'INTS', ints: value };
}
