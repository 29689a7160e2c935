import type * as tf from '@tensorflow/tfjs';
import type { GraphOutput, Pointer } from './c-api.js';
import { dataTypeWidth, TF_BFLOAT16, TF_FLOAT } from './data-types.js';
import type { EagerTensors } from './eager-tensors.js';
import { Status } from './status.js';
import type { TraceGraph } from './trace-graph.js';

/** An input of the function besides those of its caller: a variable, or a large tensor that was met. */
export type Capture =
  | { readonly variable: tf.Variable; readonly output: GraphOutput }
  | { readonly handle: Pointer; readonly output: GraphOutput };

/**
 * Values above this size stay tensors of their own and are inputs of the function; smaller ones become constants of
 * the graph, which TensorFlow's shape inference and constant folding need (shapes, axes, scalars).
 */
const largestConstantBytes = 4096;

/** What a traced function takes along from outside: variables by reference, eager tensors by value. */
export class Captures {
  /** In the order of the function's inputs, after those of its caller. */
  readonly list: Capture[] = [];
  private readonly outputs = new Map<number, GraphOutput>();
  private readonly status: Status;

  constructor(
    private readonly eager: EagerTensors,
    private readonly nodes: TraceGraph,
  ) {
    this.status = new Status(eager.api);
  }

  variable(variable: tf.Variable, dtype: number): GraphOutput {
    const output = this.nodes.placeholder(variable.shape, dtype);
    this.list.push({ variable, output });
    return output;
  }

  /** @param id - of an eager tensor; asked again, it is the same output */
  value(id: number, what: string): GraphOutput {
    let output = this.outputs.get(id);
    if (!output) {
      output = this.take(id, what);
      this.outputs.set(id, output);
    }
    return output;
  }

  private take(id: number, what: string): GraphOutput {
    const { status } = this;
    const { api } = this.eager;
    const { pointer, shape, dtype } = this.eager.handle(id, what);
    if (this.isLarge(id, what)) {
      const handle = api.shareHandle(pointer, status.pointer);
      status.check(() => what);
      const output = this.nodes.placeholder(shape, dtype);
      this.list.push({ handle, output });
      return output;
    }
    const tensor = api.resolveHandle(pointer, status.pointer);
    status.check(() => what);
    return this.nodes.constant(tensor, dtype, shape);
  }

  /** A float32 tensor in bfloat16: rounded once, now, and not at every call. */
  rounded(id: number, what: string): GraphOutput {
    const { shape } = this.eager.handle(id, what);
    const output = this.nodes.placeholder(shape, TF_BFLOAT16);
    this.list.push({ handle: this.eager.castHandle(id, TF_FLOAT, TF_BFLOAT16), output });
    return output;
  }

  /** Whether it is a tensor of float32 that is too large to become a constant of the graph. */
  isLarge(id: number, what: string): boolean {
    const { shape, dtype } = this.eager.handle(id, what);
    const bytes = shape.reduce((product, dim) => product * dim, dataTypeWidth(dtype) ?? 0);
    return dtype === TF_FLOAT && bytes > largestConstantBytes;
  }

  /** Frees the handles, where no function has taken them over. */
  free(): void {
    for (const capture of this.list)
      if ('handle' in capture) this.eager.api.deleteTensorHandle(capture.handle);
  }

  dispose(): void {
    this.status.dispose();
  }
}
