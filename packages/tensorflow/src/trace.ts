import type * as tf from '@tensorflow/tfjs';
import {
  computesInBfloat16,
  isActivationOp,
  makesActivations,
  staysInBfloat16,
  typedInputs,
} from '@ganymede/precision';
import { TF_ATTR_TYPE, type OpAttribute } from './attributes.js';
import type { GraphOutput, Pointer } from './c-api.js';
import { dataTypeName, dataTypeOf, TF_BFLOAT16, TF_FLOAT } from './data-types.js';
import { Captures, type Capture } from './captures.js';
import type { EagerTensors, TensorMetadata } from './eager-tensors.js';
import { TensorFlowError } from './errors.js';
import { TraceGraph, type ResultType } from './trace-graph.js';
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

/**
 * A function under construction: the same ops that tfjs's kernels would execute become nodes of its graph. Tensors of the
 * trace have negative ids; an eager tensor that is met is taken by value.
 */
export class Trace {
  opCount = 0;

  private readonly nodes: TraceGraph;
  private readonly taken: Captures;
  private readonly symbols = new Map<number, Symbol>();
  private readonly variables = new Map<number, tf.Variable>();
  /** float32 values that were rounded for a product. */
  private readonly roundedById = new Map<number, GraphOutput>();
  /** Values that are bfloat16 to begin with: the symbol's own output is a conversion, pruned where nothing reads it. */
  private readonly storedById = new Map<number, GraphOutput>();

  constructor(
    private readonly eager: EagerTensors,
    private readonly precision: 'float32' | 'bfloat16' = 'float32',
    /** Whether ops on tensors that have values run at once instead of becoming nodes. */
    readonly foldsKnown = false,
  ) {
    this.nodes = new TraceGraph(eager.api);
    this.taken = new Captures(eager, this.nodes);
  }

  /** In the order of the function's inputs, after those of its caller. */
  get captures(): readonly Capture[] {
    return this.taken.list;
  }

  get graph(): Pointer {
    return this.nodes.pointer;
  }

  /** What the graph's nodes are, in order: graphs with the same lines compute the same. */
  get lines(): readonly string[] {
    return this.nodes.lines;
  }

  /** A new input of the function. */
  placeholder(shape: readonly number[], dtype: number): TensorMetadata & { readonly output: GraphOutput } {
    const output = this.nodes.placeholder(shape, dtype);
    return { ...this.symbol('input', shape, dtype, output), output };
  }

  /** As `placeholder` for a float32 tensor, fed with bfloat16. */
  storedPlaceholder(shape: readonly number[]): TensorMetadata & { readonly output: GraphOutput } {
    const output = this.nodes.placeholder(shape, TF_BFLOAT16);
    return { ...this.symbol('input', shape, TF_FLOAT, this.nodes.cast(output, TF_FLOAT)), output };
  }

  /** Stands for a variable's value at the time of the call; becomes an input of the function when it is used. */
  variable(variable: tf.Variable, dtype: number): TensorMetadata {
    const id = this.eager.symbolId();
    this.variables.set(id, variable);
    return { id, shape: [...variable.shape], dtype };
  }

  /** The output as an op of its own: a function's result may neither be one of its inputs nor come twice. */
  resultOf(id: number, what: string): GraphOutput {
    return this.nodes.identity(this.outputOf(id, what), what);
  }

  /** As `resultOf`, rounded to bfloat16. */
  roundedResultOf(id: number, what: string): GraphOutput {
    return this.nodes.cast(this.outputOf(id, what), TF_BFLOAT16);
  }

  /** A tensor as this graph has it: in bfloat16 where it is stored so. */
  operand(id: number, what: string): Operand {
    const stored = this.storedById.get(id);
    const output = stored ?? this.outputOf(id, what);
    return { output, shape: this.shapeOf(id, what), stored: stored !== undefined };
  }

  /** A call of a function that XLA compiles. */
  launch(
    functionName: string,
    operands: readonly GraphOutput[],
    results: readonly ResultType[],
  ): TensorMetadata[] {
    const outputs = this.nodes.launch(functionName, operands, results);
    this.opCount++;
    return results.map(({ shape, dtype }, index) => {
      const output = outputs[index]!;
      if (dtype !== TF_BFLOAT16) return this.symbol(functionName, shape, dtype, output);
      const result = this.symbol(functionName, shape, TF_FLOAT, this.nodes.cast(output, TF_FLOAT));
      this.storedById.set(result.id, output);
      return result;
    });
  }

  addOp(name: string, attributes: readonly OpAttribute[], inputs: readonly number[]): TensorMetadata[] {
    const isFloat = ({ type, value }: OpAttribute): boolean => type !== TF_ATTR_TYPE || value === TF_FLOAT;
    if (name === 'Cast' && attributes.every(isFloat)) return [this.alias(inputs[0]!, name)];
    this.opCount++;
    // Asked for on float32 inputs, whatever the precision of the rest.
    if (attributes.some(({ name, value }) => name === 'T' && value === TF_BFLOAT16))
      return this.roundedOp(name, attributes, inputs, false);
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
    return this.node(name, attributes, inputs, outputs).map((output) => this.result(name, output));
  }

  /** @param stays - whether results are stored in bfloat16 */
  private roundedOp(
    name: string,
    attributes: readonly OpAttribute[],
    inputs: readonly number[],
    stays: boolean,
  ): TensorMetadata[] {
    return this.roundedNode(name, attributes, inputs).map((output) => {
      if (this.nodes.typeOf(output) !== TF_BFLOAT16) return this.result(name, output);
      const result = this.result(name, this.nodes.cast(output, TF_FLOAT));
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
      .filter(({ stored, output }) => stored || this.nodes.typeOf(output) === TF_FLOAT);
    return staysInBfloat16(operands);
  }

  private node(
    name: string,
    attributes: readonly OpAttribute[],
    inputs: readonly number[],
    outputs: readonly GraphOutput[],
  ): GraphOutput[] {
    return this.nodes.op(name, attributes, outputs, () => this.describe(name, inputs));
  }

  /** The op on bfloat16 inputs. */
  private roundedNode(
    name: string,
    attributes: readonly OpAttribute[],
    inputs: readonly number[],
  ): GraphOutput[] {
    const typed = typedInputs.get(name);
    const outputs = inputs.map((id, index) => {
      if (index >= (typed ?? inputs.length)) return this.outputOf(id, name);
      let rounded = this.storedById.get(id) ?? this.roundedById.get(id);
      if (rounded) return rounded;
      if (this.isLargeValue(id, name)) rounded = this.taken.rounded(id, name);
      else {
        const output = this.outputOf(id, name);
        if (this.nodes.typeOf(output) !== TF_FLOAT) return output;
        rounded = this.nodes.cast(output, TF_BFLOAT16);
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

  private shapeOf(id: number, what: string): readonly number[] {
    return (this.symbols.get(id) ?? this.variables.get(id) ?? this.eager.handle(id, what)).shape;
  }

  /** The graph's output for a tensor's id, eager or of this trace. */
  private outputOf(id: number, what: string): GraphOutput {
    const known = this.symbols.get(id)?.output;
    if (known) return known;
    const variable = this.variables.get(id);
    if (!variable) return this.taken.value(id, what);
    const { shape } = variable;
    const dtype = dataTypeOf(variable.dtype);
    const output = this.taken.variable(variable, dtype);
    this.symbols.set(id, { op: `variable ${variable.name}`, shape, dtype, output });
    return output;
  }

  /** Whether the tensor is no part of the trace, and too large to become a constant of its graph. */
  private isLargeValue(id: number, what: string): boolean {
    return !this.symbols.has(id) && !this.variables.has(id) && this.taken.isLarge(id, what);
  }

  private symbol(op: string, shape: readonly number[], dtype: number, output: GraphOutput): TensorMetadata {
    const id = this.eager.symbolId();
    this.symbols.set(id, { op, shape, dtype, output });
    return { id, shape: [...shape], dtype };
  }

  private result(op: string, output: GraphOutput): TensorMetadata {
    return this.symbol(op, this.nodes.shapeOf(output, op), this.nodes.typeOf(output), output);
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

  private describe(name: string, inputs: readonly number[]): string {
    const described = inputs.map((id) => {
      const { dtype, shape } = this.symbols.get(id) ?? this.eager.handle(id, name);
      return `${dataTypeName(dtype)} [${shape.join(', ')}]`;
    });
    return `${name}(${described.join(', ')})`;
  }

  /** Frees the graph. The handles of captures are the function's; without a function, free them with `freeCaptures`. */
  dispose(): void {
    this.nodes.dispose();
    this.taken.dispose();
  }

  freeCaptures(): void {
    this.taken.free();
  }
}
