import { graphSetters, setAttribute, type OpAttribute } from './attributes.js';
import type { CApi, GraphOutput, Pointer } from './c-api.js';
import { dataTypeName } from './data-types.js';
import { TensorFlowError } from './errors.js';
import type { EagerBinding, TensorMetadata } from './eager-binding.js';
import { Status } from './status.js';
import { userFrame } from './user-frame.js';

interface Node extends TensorMetadata {
  readonly output: GraphOutput;
  readonly op: string;
}

/** A tensor that the traced function met and did not make: it becomes an input of the function. */
export interface Capture {
  readonly eagerId: number;
  readonly output: GraphOutput;
}

/**
 * A graph under construction: the same ops that tfjs's kernels would execute become its nodes, their shapes
 * inferred by TensorFlow. Eager tensors that are met become inputs if they are variables, else constants.
 */
export class Trace {
  readonly graph: Pointer;
  /** Variables that the function read, in order of first use. */
  readonly captures: Capture[] = [];
  opCount = 0;

  private readonly nodes = new Map<number, Node>();
  private readonly byEagerId = new Map<number, GraphOutput>();
  private readonly api: CApi;
  private readonly status: Status;
  private readonly setters: ReturnType<typeof graphSetters>;
  private nextId = -2; // -1 is tfjs's mark for a tensor that was not uploaded yet
  private nextName = 0;

  constructor(
    private readonly binding: EagerBinding,
    private readonly isVariable: (eagerId: number) => boolean,
  ) {
    this.api = binding.api;
    this.status = new Status(this.api);
    this.setters = graphSetters(this.api);
    this.graph = this.api.newGraph();
  }

  /** A new input of the function. */
  placeholder(shape: readonly number[], dtype: number): TensorMetadata & { readonly output: GraphOutput } {
    const output = this.placeholderNode(shape, dtype);
    const id = this.nextId--;
    const node = { id, shape: [...shape], dtype, output, op: 'input' };
    this.nodes.set(id, node);
    return node;
  }

  private placeholderNode(shape: readonly number[], dtype: number): GraphOutput {
    const op = this.api.newOperation(this.graph, 'Placeholder', this.name('input'));
    this.api.setType(op, 'dtype', dtype);
    this.api.setShape(op, 'shape', shape, shape.length);
    return this.finish(op, () => `input [${shape.join(', ')}]`);
  }

  private constantNode(eagerId: number): GraphOutput {
    const { pointer, dtype } = this.binding.handle(eagerId, 'constant of a compiled function');
    const tensor = this.api.resolveHandle(pointer, this.status.pointer);
    this.status.check(() => 'constant of a compiled function');
    const op = this.api.newOperation(this.graph, 'Const', this.name('constant'));
    this.api.setType(op, 'dtype', dtype);
    this.api.setTensor(op, 'value', tensor, this.status.pointer);
    this.api.deleteTensor(tensor);
    return this.finish(op, () => 'constant of a compiled function');
  }

  /** The graph's output for a tensor's id, eager or of this trace. */
  outputOf(id: number, what: string): GraphOutput {
    if (id < 0) {
      const node = this.nodes.get(id);
      if (!node) {
        throw new TensorFlowError(
          'TENSOR_OF_ANOTHER_TRACE',
          `${what}: expected a tensor of the function being traced, got one of another${userFrame()}`,
        );
      }
      return node.output;
    }
    let output = this.byEagerId.get(id);
    if (!output) {
      if (this.isVariable(id)) {
        const { shape, dtype } = this.binding.handle(id, what);
        output = this.placeholderNode(shape, dtype);
        this.captures.push({ eagerId: id, output });
      } else {
        output = this.constantNode(id);
      }
      this.byEagerId.set(id, output);
    }
    return output;
  }

  /** The output as an op of its own: a function's result may neither be one of its inputs nor come twice. */
  resultOf(id: number, what: string): GraphOutput {
    const output = this.outputOf(id, what);
    const op = this.api.newOperation(this.graph, 'Identity', this.name('result'));
    this.api.addInput(op, output);
    return this.finish(op, () => what);
  }

  addOp(name: string, attributes: readonly OpAttribute[], inputs: readonly number[]): TensorMetadata[] {
    const { api } = this;
    const outputs = inputs.map((id) => this.outputOf(id, name));
    const op = api.newOperation(this.graph, name, this.name(name));
    // An op with an attribute N takes a list of N tensors, first among its inputs (ConcatV2, Pack, AddN, Einsum).
    const list = attributes.find((attribute) => attribute.name === 'N');
    const listLength = name === 'IdentityN' ? inputs.length : list ? Number(list.value) : 0;
    if (listLength > 0) api.addInputList(op, outputs.slice(0, listLength), listLength);
    for (const output of outputs.slice(listLength)) api.addInput(op, output);
    for (const attribute of attributes) {
      if (attribute.name === 'N' || (name === 'IdentityN' && attribute.name === 'T')) continue;
      setAttribute(this.setters, op, name, attribute);
    }
    const first = this.finish(op, () => this.describe(name, inputs));
    this.opCount++;
    return Array.from({ length: api.numOutputs(first.oper) }, (_, index) =>
      this.metadata({ oper: first.oper, index }, name),
    );
  }

  private metadata(output: GraphOutput, op: string): TensorMetadata {
    const { api, status } = this;
    const dims = api.outputNumDims(this.graph, output, status.pointer);
    status.check(() => op);
    const shape = new Array<number>(Math.max(dims, 0)).fill(0);
    if (dims > 0) {
      api.outputShape(this.graph, output, shape, dims, status.pointer);
      status.check(() => op);
    }
    const known = shape.map(Number);
    if (dims < 0 || known.some((dim) => dim < 0)) {
      throw new TensorFlowError(
        'DYNAMIC_SHAPE',
        `${op}: expected a shape that follows from the inputs' shapes, got one that depends on values${userFrame()}`,
        {
          hint: 'A compiled function cannot use ops such as where or booleanMask, whose shape depends on values.',
        },
      );
    }
    const id = this.nextId--;
    const node = { id, shape: known, dtype: api.outputType(output), output, op };
    this.nodes.set(id, node);
    return { id, shape: known.slice(), dtype: node.dtype };
  }

  /** The error of a value read while tracing: there is none yet. */
  valueError(id: number): TensorFlowError {
    const node = this.nodes.get(id);
    const tensor = node
      ? `the result of ${node.op}, ${dataTypeName(node.dtype)} [${node.shape.join(', ')}]`
      : 'a tensor';
    return new TensorFlowError(
      'VALUE_READ_IN_TRACE',
      `read of ${tensor}: expected no reads inside a compiled function, got one${userFrame()}`,
      {
        hint: 'Return the tensor from the compiled function and read it outside; pass changing host numbers in as tensors.',
      },
    );
  }

  private finish(op: Pointer, what: () => string): GraphOutput {
    const oper = this.api.finishOperation(op, this.status.pointer);
    this.status.check(() => what() + userFrame());
    return { oper, index: 0 };
  }

  private describe(name: string, inputs: readonly number[]): string {
    const described = inputs.map((id) => {
      const { dtype, shape } = id < 0 ? this.nodes.get(id)! : this.binding.handle(id);
      return `${dataTypeName(dtype)} [${shape.join(', ')}]`;
    });
    return `${name}(${described.join(', ')})`;
  }

  private name(op: string): string {
    return `${op}_${this.nextName++}`;
  }

  dispose(): void {
    this.api.deleteGraph(this.graph);
    this.status.dispose();
    this.nodes.clear();
    this.byEagerId.clear();
  }
}
