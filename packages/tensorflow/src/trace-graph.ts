import { graphSetters, setAttribute, type OpAttribute } from './attributes.js';
import type { CApi, GraphOutput, Pointer } from './c-api.js';
import { TensorFlowError } from './errors.js';
import { dimensions } from './native-tensor.js';
import { readInputs, type InputDefinition } from './op-definition.js';
import { Status } from './status.js';
import { userFrame } from './user-frame.js';

/** Shape and type of a result of a function. */
export interface ResultType {
  readonly shape: readonly number[];
  readonly dtype: number;
}

/** A TensorFlow graph under construction: every method adds a node, whose shape TensorFlow infers. */
export class TraceGraph {
  readonly pointer: Pointer;
  /** What the nodes are, in order: graphs with the same lines compute the same. */
  readonly lines: string[] = [];

  private readonly status: Status;
  private readonly setters: ReturnType<typeof graphSetters>;
  private readonly definitions = new Map<string, readonly InputDefinition[]>();
  private readonly nodeNumbers = new Map<Pointer, number>();
  private nextName = 0;

  constructor(private readonly api: CApi) {
    this.status = new Status(api);
    this.setters = graphSetters(api);
    this.pointer = api.newGraph();
  }

  placeholder(shape: readonly number[], dtype: number): GraphOutput {
    const op = this.begin('Placeholder', 'input');
    this.api.setType(op, 'dtype', dtype);
    this.api.setShape(op, 'shape', shape, shape.length);
    return this.finish(op, () => `input [${shape.join(', ')}]`, 'Placeholder', dtype, shape);
  }

  /** A native tensor's value as part of the graph; the tensor is freed. */
  constant(tensor: Pointer, dtype: number, shape: readonly number[]): GraphOutput {
    const { api } = this;
    const op = this.begin('Const', 'constant');
    api.setType(op, 'dtype', dtype);
    api.setTensor(op, 'value', tensor, this.status.pointer);
    const value = new Uint8Array(api.tensorByteSize(tensor));
    api.copy(value, api.tensorData(tensor), value.length);
    api.deleteTensor(tensor);
    const encoded = Buffer.from(value).toString('base64');
    return this.finish(op, () => 'constant of a compiled function', 'Const', dtype, shape, encoded);
  }

  /** The same value as an output of its own. */
  identity(output: GraphOutput, what: string): GraphOutput {
    const op = this.begin('Identity', 'result');
    this.api.addInput(op, output);
    return this.finish(op, () => what, 'Identity', this.reference(output));
  }

  cast(output: GraphOutput, to: number): GraphOutput {
    const op = this.begin('Cast');
    this.api.addInput(op, output);
    this.api.setType(op, 'DstT', to);
    return this.finish(op, () => 'Cast', 'Cast', to, this.reference(output));
  }

  /** A call of a function that XLA compiles; shapes are not inferred through it. */
  launch(
    functionName: string,
    operands: readonly GraphOutput[],
    results: readonly ResultType[],
  ): GraphOutput[] {
    const { api } = this;
    const op = this.begin('PartitionedCall', functionName);
    api.addInputList(op, operands, operands.length);
    const types = results.map(({ dtype }) => dtype);
    api.setTypeList(op, 'Tout', types, types.length);
    api.setFunction(op, 'f', functionName, functionName.length);
    api.setBool(op, '_XlaMustCompile', 1);
    const references = operands.map((operand) => this.reference(operand));
    const { oper } = this.finish(op, () => functionName, functionName, ...references);
    return results.map((result, index) => this.ensureShape({ oper, index }, result));
  }

  private ensureShape(output: GraphOutput, { shape, dtype }: ResultType): GraphOutput {
    const op = this.begin('EnsureShape');
    this.api.addInput(op, output);
    this.api.setType(op, 'T', dtype);
    this.api.setShape(op, 'shape', shape, shape.length);
    return this.finish(op, () => 'EnsureShape', 'EnsureShape', this.reference(output), shape);
  }

  /**
   * Any op.
   * @param describe - the op with its inputs, for messages
   * @returns its outputs
   */
  op(
    name: string,
    attributes: readonly OpAttribute[],
    inputs: readonly GraphOutput[],
    describe: () => string,
  ): GraphOutput[] {
    const op = this.begin(name);
    const inferred = this.addInputs(op, this.definition(name), attributes, inputs);
    for (const attribute of attributes) {
      if (!inferred.has(attribute.name)) setAttribute(this.setters, op, name, attribute);
    }
    const references = inputs.map((input) => this.reference(input));
    const { oper } = this.finish(op, describe, name, attributes, ...references);
    return Array.from({ length: this.api.numOutputs(oper) }, (_, index) => ({ oper, index }));
  }

  /** Adds the inputs as the op groups them; gives the attributes that TensorFlow infers from their number. */
  private addInputs(
    op: Pointer,
    definition: readonly InputDefinition[],
    attributes: readonly OpAttribute[],
    outputs: readonly GraphOutput[],
  ): ReadonlySet<string> {
    const inferred = new Set<string>();
    const singles = definition.filter((input) => !input.numberAttribute && !input.typeListAttribute).length;
    let at = 0;
    for (const { numberAttribute, typeListAttribute } of definition) {
      const list = numberAttribute ?? typeListAttribute;
      if (list === undefined) {
        if (at < outputs.length) this.api.addInput(op, outputs[at++]!);
        continue;
      }
      // With one list, its length is what the single inputs leave; with more, each has its attribute.
      const given = attributes.find(({ name }) => name === list)?.value;
      const length =
        definition.length === singles + 1
          ? outputs.length - singles
          : Array.isArray(given)
            ? given.length
            : Number(given);
      this.api.addInputList(op, outputs.slice(at, at + length), length);
      at += length;
      inferred.add(list);
    }
    return inferred;
  }

  private definition(op: string): readonly InputDefinition[] {
    let definition = this.definitions.get(op);
    if (!definition) {
      definition = readInputs(this.api, this.pointer, op, this.status);
      this.definitions.set(op, definition);
    }
    return definition;
  }

  typeOf(output: GraphOutput): number {
    return this.api.outputType(output);
  }

  /** @throws DYNAMIC_SHAPE where it depends on values */
  shapeOf(output: GraphOutput, op: string): number[] {
    const { api, status } = this;
    const rank = api.outputNumDims(this.pointer, output, status.pointer);
    status.check(() => op);
    const dims = dimensions(new Array<number>(Math.max(rank, 0)).fill(0));
    if (rank > 0) {
      api.outputShape(this.pointer, output, dims, rank, status.pointer);
      status.check(() => op);
    }
    const shape = Array.from(dims, Number);
    if (rank >= 0 && shape.every((dim) => dim >= 0)) return shape;
    throw new TensorFlowError(
      'DYNAMIC_SHAPE',
      `${op}: expected a shape that follows from the inputs' shapes, got one that depends on values${userFrame()}`,
      {
        kind: 'failed',
        hint: 'A compiled function cannot use ops such as where or booleanMask, whose shape depends on values.',
      },
    );
  }

  /** @param label - what the node's name begins with; the op's name by default */
  private begin(op: string, label = op): Pointer {
    return this.api.newOperation(this.pointer, op, `${label}_${this.nextName++}`);
  }

  /** @param line - the op, its attributes and its inputs */
  private finish(op: Pointer, what: () => string, ...line: unknown[]): GraphOutput {
    const oper = this.api.finishOperation(op, this.status.pointer);
    this.status.check(what, () => userFrame());
    this.nodeNumbers.set(oper, this.nodeNumbers.size);
    this.lines.push(JSON.stringify(line));
    return { oper, index: 0 };
  }

  private reference({ oper, index }: GraphOutput): string {
    return `${this.nodeNumbers.get(oper)}:${index}`;
  }

  dispose(): void {
    this.api.deleteGraph(this.pointer);
    this.status.dispose();
  }
}
