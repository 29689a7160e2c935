import type * as tf from '@tensorflow/tfjs';
import {
  computesInBfloat16,
  isActivationOp,
  makesActivations,
  staysInBfloat16,
  typedInputs,
} from '@ganymede/precision';
import { graphSetters, setAttribute, TF_ATTR_TYPE, type OpAttribute } from './attributes.js';
import type { CApi, GraphOutput, Pointer } from './c-api.js';
import { dataTypeName, dataTypeOf, dataTypeWidth, TF_BFLOAT16, TF_FLOAT } from './data-types.js';
import type { EagerBinding, TensorMetadata } from './eager-binding.js';
import { TensorFlowError } from './errors.js';
import { dimensions } from './native-tensor.js';
import { readInputs, type InputDefinition } from './op-definition.js';
import { Status } from './status.js';
import { userFrame } from './user-frame.js';

/** A tensor of the graph. */
interface Symbol {
  readonly op: string;
  readonly shape: readonly number[];
  readonly dtype: number;
  readonly output: GraphOutput;
}

/** A tensor as an input of a node. */
export interface Operand {
  readonly output: GraphOutput;
  readonly shape: readonly number[];
  /** Whether the output is bfloat16. */
  readonly stored: boolean;
}

/** An input of the function besides those of its caller: a variable, or a large tensor that was met. */
export type Capture =
  | { readonly variable: tf.Variable; readonly output: GraphOutput }
  | { readonly handle: Pointer; readonly output: GraphOutput };

/**
 * Values above this size stay tensors of their own and are inputs of the function; smaller ones become constants of
 * the graph, which TensorFlow's shape inference and constant folding need (shapes, axes, scalars).
 */
const largestConstantBytes = 4096;

/**
 * A graph under construction: the same ops that tfjs's kernels would execute become its nodes, their shapes
 * inferred by TensorFlow. Tensors of the graph have negative ids; an eager tensor that is met is taken by value.
 */
export class Trace {
  readonly graph: Pointer;
  /** In the order of the function's inputs, after those of its caller. */
  readonly captures: Capture[] = [];
  opCount = 0;
  /** What the nodes are, in order: graphs with the same lines compute the same. */
  readonly lines: string[] = [];

  private readonly symbols = new Map<number, Symbol>();
  private readonly variables = new Map<number, tf.Variable>();
  private readonly byEagerId = new Map<number, GraphOutput>();
  /** float32 values that were rounded for a product. */
  private readonly roundedById = new Map<number, GraphOutput>();
  /** Values that are bfloat16 to begin with: the symbol's own output is a conversion, pruned where nothing reads it. */
  private readonly storedById = new Map<number, GraphOutput>();
  private readonly definitions = new Map<string, readonly InputDefinition[]>();
  private readonly api: CApi;
  private readonly status: Status;
  private readonly setters: ReturnType<typeof graphSetters>;
  private readonly nodeNumbers = new Map<Pointer, number>();
  private nextName = 0;

  constructor(
    private readonly binding: EagerBinding,
    private readonly precision: 'float32' | 'bfloat16' = 'float32',
  ) {
    this.api = binding.api;
    this.status = new Status(this.api);
    this.setters = graphSetters(this.api);
    this.graph = this.api.newGraph();
  }

  /** A new input of the function. */
  placeholder(shape: readonly number[], dtype: number): TensorMetadata & { readonly output: GraphOutput } {
    const output = this.placeholderNode(shape, dtype);
    return { ...this.symbol('input', shape, dtype, output), output };
  }

  /** As `placeholder` for a float32 tensor, fed with bfloat16. */
  storedPlaceholder(shape: readonly number[]): TensorMetadata & { readonly output: GraphOutput } {
    const output = this.placeholderNode(shape, TF_BFLOAT16);
    return { ...this.symbol('input', shape, TF_FLOAT, this.cast(output, TF_FLOAT)), output };
  }

  /** Stands for a variable's value at the time of the call; becomes an input of the function when it is used. */
  variable(variable: tf.Variable, dtype: number): TensorMetadata {
    const id = this.binding.symbolId();
    this.variables.set(id, variable);
    return { id, shape: [...variable.shape], dtype };
  }

  /** The output as an op of its own: a function's result may neither be one of its inputs nor come twice. */
  resultOf(id: number, what: string): GraphOutput {
    const op = this.api.newOperation(this.graph, 'Identity', this.name('result'));
    this.api.addInput(op, this.outputOf(id, what));
    return this.finish(op, () => what, 'Identity', this.reference(this.outputOf(id, what)));
  }

  /** As `resultOf`, rounded to bfloat16. */
  roundedResultOf(id: number, what: string): GraphOutput {
    return this.cast(this.outputOf(id, what), TF_BFLOAT16);
  }

  /** A tensor as this graph has it: in bfloat16 where it is stored so. */
  operand(id: number, what: string): Operand {
    const stored = this.storedById.get(id);
    const output = stored ?? this.outputOf(id, what);
    return { output, shape: this.shapeOf(id, what), stored: stored !== undefined };
  }

  /** A call of a function that XLA compiles; shapes are not inferred through it. */
  launch(
    functionName: string,
    operands: readonly GraphOutput[],
    results: readonly { readonly shape: readonly number[]; readonly dtype: number }[],
  ): TensorMetadata[] {
    const { api } = this;
    const op = api.newOperation(this.graph, 'PartitionedCall', this.name(functionName));
    api.addInputList(op, operands, operands.length);
    const types = results.map(({ dtype }) => dtype);
    api.setTypeList(op, 'Tout', types, types.length);
    api.setFunction(op, 'f', functionName, functionName.length);
    api.setBool(op, '_XlaMustCompile', 1);
    const references = operands.map((operand) => this.reference(operand));
    const { oper } = this.finish(op, () => functionName, functionName, ...references);
    this.opCount++;
    return results.map(({ shape, dtype }, index) => {
      const output = this.ensureShape({ oper, index }, shape, dtype);
      if (dtype !== TF_BFLOAT16) return this.symbol(functionName, shape, dtype, output);
      const result = this.symbol(functionName, shape, TF_FLOAT, this.cast(output, TF_FLOAT));
      this.storedById.set(result.id, output);
      return result;
    });
  }

  private ensureShape(output: GraphOutput, shape: readonly number[], dtype: number): GraphOutput {
    const op = this.api.newOperation(this.graph, 'EnsureShape', this.name('EnsureShape'));
    this.api.addInput(op, output);
    this.api.setType(op, 'T', dtype);
    this.api.setShape(op, 'shape', shape, shape.length);
    return this.finish(op, () => 'EnsureShape', 'EnsureShape', this.reference(output), shape);
  }

  addOp(name: string, attributes: readonly OpAttribute[], inputs: readonly number[]): TensorMetadata[] {
    const isFloat = ({ type, value }: OpAttribute): boolean => type !== TF_ATTR_TYPE || value === TF_FLOAT;
    if (name === 'Cast' && attributes.every(isFloat)) return [this.alias(inputs[0]!, name)];
    this.opCount++;
    if (this.precision === 'bfloat16') {
      const operands = inputs.map((id) => ({
        shape: this.shapeOf(id, name),
        stored: this.storedById.has(id),
      }));
      const product = computesInBfloat16(name, operands);
      if (product || this.staysStored(name, inputs))
        return this.roundedOp(name, attributes, inputs, !product || makesActivations(name, operands));
    }
    const outputs = inputs.map((id) => this.outputOf(id, name));
    const { oper } = this.node(name, attributes, inputs, outputs);
    return Array.from({ length: this.api.numOutputs(oper) }, (_, index) =>
      this.result(name, { oper, index }),
    );
  }

  /** @param stays - whether results are stored in bfloat16 */
  private roundedOp(
    name: string,
    attributes: readonly OpAttribute[],
    inputs: readonly number[],
    stays: boolean,
  ): TensorMetadata[] {
    const { oper } = this.roundedNode(name, attributes, inputs);
    return Array.from({ length: this.api.numOutputs(oper) }, (_, index) => {
      const output = { oper, index };
      if (this.api.outputType(output) !== TF_BFLOAT16) return this.result(name, output);
      const result = this.result(name, this.cast(output, TF_FLOAT));
      if (stays) this.storedById.set(result.id, output);
      return result;
    });
  }

  /** Another tensor of the same value: tfjs casts results to the type that they have. */
  private alias(id: number, name: string): TensorMetadata {
    const result = this.symbol(name, this.shapeOf(id, name), TF_FLOAT, this.outputOf(id, name));
    const stored = this.storedById.get(id);
    if (stored) this.storedById.set(result.id, stored);
    return result;
  }

  private staysStored(name: string, inputs: readonly number[]): boolean {
    if (!isActivationOp(name) || !inputs.some((id) => this.storedById.has(id))) return false;
    const operands = inputs
      .slice(0, typedInputs.get(name))
      .map((id) => this.operand(id, name))
      .filter(({ stored, output }) => stored || this.api.outputType(output) === TF_FLOAT);
    return staysInBfloat16(operands);
  }

  private node(
    name: string,
    attributes: readonly OpAttribute[],
    inputs: readonly number[],
    outputs: readonly GraphOutput[],
  ): GraphOutput {
    const op = this.api.newOperation(this.graph, name, this.name(name));
    const inferred = this.addInputs(op, this.definition(name), attributes, outputs);
    for (const attribute of attributes) {
      if (!inferred.has(attribute.name)) setAttribute(this.setters, op, name, attribute);
    }
    const references = outputs.map((output) => this.reference(output));
    return this.finish(op, () => this.describe(name, inputs), name, attributes, ...references);
  }

  /** The op on bfloat16 inputs. */
  private roundedNode(
    name: string,
    attributes: readonly OpAttribute[],
    inputs: readonly number[],
  ): GraphOutput {
    const typed = typedInputs.get(name);
    const outputs = inputs.map((id, index) => {
      if (index >= (typed ?? inputs.length)) return this.outputOf(id, name);
      let rounded = this.storedById.get(id) ?? this.roundedById.get(id);
      if (rounded) return rounded;
      if (this.isLargeValue(id, name)) rounded = this.captureRounded(id, name);
      else {
        const output = this.outputOf(id, name);
        if (this.api.outputType(output) !== TF_FLOAT) return output;
        rounded = this.cast(output, TF_BFLOAT16);
      }
      this.roundedById.set(id, rounded);
      return rounded;
    });
    const rounded = attributes.map((one) =>
      one.type === TF_ATTR_TYPE && one.value === TF_FLOAT && (typed === undefined || one.name === 'T')
        ? { ...one, value: TF_BFLOAT16 }
        : one,
    );
    return this.node(name, rounded, inputs, outputs);
  }

  private cast(output: GraphOutput, to: number): GraphOutput {
    const op = this.api.newOperation(this.graph, 'Cast', this.name('Cast'));
    this.api.addInput(op, output);
    this.api.setType(op, 'DstT', to);
    return this.finish(op, () => 'Cast', 'Cast', to, this.reference(output));
  }

  private shapeOf(id: number, what: string): readonly number[] {
    return (this.symbols.get(id) ?? this.variables.get(id) ?? this.binding.handle(id, what)).shape;
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
      definition = readInputs(this.api, this.graph, op, this.status);
      this.definitions.set(op, definition);
    }
    return definition;
  }

  /** The graph's output for a tensor's id, eager or of this trace. */
  private outputOf(id: number, what: string): GraphOutput {
    const known = this.symbols.get(id)?.output ?? this.byEagerId.get(id);
    if (known) return known;
    const variable = this.variables.get(id);
    if (variable) {
      const dtype = dataTypeOf(variable.dtype);
      const output = this.placeholderNode(variable.shape, dtype);
      this.symbols.set(id, { op: `variable ${variable.name}`, shape: variable.shape, dtype, output });
      this.captures.push({ variable, output });
      return output;
    }
    const output = this.captureValue(id, what);
    this.byEagerId.set(id, output);
    return output;
  }

  /** Whether the tensor is no part of the trace, and too large to become a constant of its graph. */
  private isLargeValue(id: number, what: string): boolean {
    if (this.symbols.has(id) || this.variables.has(id)) return false;
    const { shape, dtype } = this.binding.handle(id, what);
    const bytes = shape.reduce((product, dim) => product * dim, dataTypeWidth(dtype) ?? 0);
    return dtype === TF_FLOAT && bytes > largestConstantBytes;
  }

  /** A value is rounded once, now, and not at every call. */
  private captureRounded(id: number, what: string): GraphOutput {
    const { shape } = this.binding.handle(id, what);
    const output = this.placeholderNode(shape, TF_BFLOAT16);
    this.captures.push({ handle: this.binding.castHandle(id, TF_FLOAT, TF_BFLOAT16), output });
    return output;
  }

  private captureValue(id: number, what: string): GraphOutput {
    const { api, status } = this;
    const { pointer, shape, dtype } = this.binding.handle(id, what);
    if (this.isLargeValue(id, what)) {
      const handle = api.shareHandle(pointer, status.pointer);
      status.check(() => what);
      const output = this.placeholderNode(shape, dtype);
      this.captures.push({ handle, output });
      return output;
    }
    const tensor = api.resolveHandle(pointer, status.pointer);
    status.check(() => what);
    const op = api.newOperation(this.graph, 'Const', this.name('constant'));
    api.setType(op, 'dtype', dtype);
    api.setTensor(op, 'value', tensor, status.pointer);
    const value = new Uint8Array(api.tensorByteSize(tensor));
    api.copy(value, api.tensorData(tensor), value.length);
    api.deleteTensor(tensor);
    const encoded = Buffer.from(value).toString('base64');
    return this.finish(op, () => 'constant of a compiled function', 'Const', dtype, shape, encoded);
  }

  private placeholderNode(shape: readonly number[], dtype: number): GraphOutput {
    const op = this.api.newOperation(this.graph, 'Placeholder', this.name('input'));
    this.api.setType(op, 'dtype', dtype);
    this.api.setShape(op, 'shape', shape, shape.length);
    return this.finish(op, () => `input [${shape.join(', ')}]`, 'Placeholder', dtype, shape);
  }

  private symbol(op: string, shape: readonly number[], dtype: number, output: GraphOutput): TensorMetadata {
    const id = this.binding.symbolId();
    this.symbols.set(id, { op, shape, dtype, output });
    return { id, shape: [...shape], dtype };
  }

  private result(op: string, output: GraphOutput): TensorMetadata {
    const { api, status } = this;
    const rank = api.outputNumDims(this.graph, output, status.pointer);
    status.check(() => op);
    const dims = dimensions(new Array<number>(Math.max(rank, 0)).fill(0));
    if (rank > 0) {
      api.outputShape(this.graph, output, dims, rank, status.pointer);
      status.check(() => op);
    }
    const shape = Array.from(dims, Number);
    if (rank < 0 || shape.some((dim) => dim < 0)) {
      throw new TensorFlowError(
        'DYNAMIC_SHAPE',
        `${op}: expected a shape that follows from the inputs' shapes, got one that depends on values${userFrame()}`,
        {
          kind: 'failed',
          hint: 'A compiled function cannot use ops such as where or booleanMask, whose shape depends on values.',
        },
      );
    }
    return this.symbol(op, shape, api.outputType(output), output);
  }

  /** The error of a value read while tracing: there is none yet. */
  valueError(id: number): TensorFlowError {
    const symbol = this.symbols.get(id);
    const variable = this.variables.get(id);
    const tensor = variable
      ? `variable ${variable.name}`
      : symbol
        ? `the result of ${symbol.op}, ${dataTypeName(symbol.dtype)} [${symbol.shape.join(', ')}]`
        : 'a tensor';
    return new TensorFlowError(
      'VALUE_READ_IN_TRACE',
      `read of ${tensor}: expected no reads inside a compiled function, got one${userFrame()}`,
      {
        kind: 'failed',
        hint: 'Return the tensor from the compiled function and read it outside; pass changing host numbers in as tensors.',
      },
    );
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

  private describe(name: string, inputs: readonly number[]): string {
    const described = inputs.map((id) => {
      const { dtype, shape } = this.symbols.get(id) ?? this.binding.handle(id, name);
      return `${dataTypeName(dtype)} [${shape.join(', ')}]`;
    });
    return `${name}(${described.join(', ')})`;
  }

  private name(op: string): string {
    return `${op}_${this.nextName++}`;
  }

  /** Frees the graph. The handles of captures are the function's; without a function, free them with `freeCaptures`. */
  dispose(): void {
    this.api.deleteGraph(this.graph);
    this.status.dispose();
  }

  freeCaptures(): void {
    for (const capture of this.captures) if ('handle' in capture) this.api.deleteTensorHandle(capture.handle);
  }
}
