import { performance } from 'node:perf_hooks';
import { promisify } from 'node:util';
import type * as tf from '@tensorflow/tfjs';
import type { TensorFlowBackend } from './tensorflow-backend.js';
import type { Pointer } from './c-api.js';
import type { CompileOptions, NamedTensors } from './compile-options.js';
import { functionConfig } from './config-proto.js';
import { TensorFlowError } from './errors.js';
import { Status } from './status.js';
import type { TracedFunction } from './traced-function.js';

/** One call under way: the op with its inputs and room for its results. */
interface Call {
  readonly op: Pointer;
  readonly results: BigUint64Array;
  readonly count: Int32Array;
  readonly status: Status;
  readonly start: number;
}

/** One traced signature, ready to run. */
export class CompiledFunction {
  runs = 0;
  nativeMilliseconds = 0;
  totalMilliseconds = 0;

  private readonly config: Uint8Array;
  private readonly jit: boolean;

  constructor(
    private readonly tensorflow: TensorFlowBackend,
    private readonly label: string,
    private readonly traced: TracedFunction,
    { jit = false }: CompileOptions,
  ) {
    this.config = functionConfig();
    this.jit = jit;
  }

  get opCount(): number {
    return this.traced.opCount;
  }

  /** On the calling thread. */
  runSync(inputs: NamedTensors): NamedTensors {
    const call = this.begin(inputs);
    try {
      const before = performance.now();
      this.tensorflow.binding.api.execute(call.op, call.results, call.count, call.status.pointer);
      return this.finish(call, before, performance.now());
    } finally {
      this.end(call);
    }
  }

  /** On a worker thread. */
  async run(inputs: NamedTensors): Promise<NamedTensors> {
    const call = this.begin(inputs);
    try {
      const before = performance.now();
      const execute = promisify(this.tensorflow.binding.api.execute.async);
      await execute(call.op, call.results, call.count, call.status.pointer);
      return this.finish(call, before, performance.now());
    } finally {
      this.end(call);
    }
  }

  /** Variables are looked up here, at every call: what the function sees is what they hold now. */
  private begin(inputs: NamedTensors): Call {
    const { binding, backend } = this.tensorflow;
    const { api } = binding;
    const { name, inputNames, captures, outputNames, assigned } = this.traced;
    const start = performance.now();
    const status = new Status(api);
    const op = api.newOp(binding.context, name, status.pointer);
    const results = new BigUint64Array(outputNames.length + assigned.length);
    const call: Call = { op, results, count: Int32Array.of(results.length), status, start };
    const add = (pointer: Pointer): void => {
      api.opAddInput(op, pointer, status.pointer);
      status.check(() => this.label);
    };
    try {
      status.check(() => this.label);
      for (const input of inputNames) add(this.pointerOf(backend.getInputTensorIds([inputs[input]!])[0]!));
      for (const capture of captures) {
        if ('handle' in capture) add(capture.handle);
        else add(this.pointerOf(backend.getInputTensorIds([this.live(capture.variable)])[0]!));
      }
      api.opSetString(op, 'config_proto', this.config, this.config.length);
      if (this.jit) api.opSetBool(op, '_XlaMustCompile', 1);
      return call;
    } catch (error) {
      this.end(call);
      throw error;
    }
  }

  private pointerOf(id: number): Pointer {
    return this.tensorflow.binding.handle(id, this.label).pointer;
  }

  private live(variable: tf.Variable): tf.Variable {
    if (!variable.isDisposed) return variable;
    throw new TensorFlowError(
      'VARIABLE_DISPOSED',
      `${this.label}: expected variable ${variable.name} to be live, got a disposed one`,
      { kind: 'failed' },
    );
  }

  private finish({ results, status, start }: Call, before: number, after: number): NamedTensors {
    status.check(() => this.label);
    const { binding, backend } = this.tensorflow;
    const { outputNames, assigned } = this.traced;
    const tensors = Array.from(results, (pointer) => backend.createOutputTensor(binding.adopt(pointer)));
    assigned.forEach((variable, i) => {
      const value = tensors[outputNames.length + i]!;
      if (!variable.isDisposed) variable.assign(value);
      value.dispose();
    });
    this.runs++;
    this.nativeMilliseconds += after - before;
    this.totalMilliseconds += performance.now() - start;
    return Object.fromEntries(outputNames.map((name, i) => [name, tensors[i]!]));
  }

  private end({ op, status }: Call): void {
    if (op !== null) this.tensorflow.binding.api.deleteOp(op);
    status.dispose();
  }

  dispose(): void {
    const { api, context, status, disposed } = this.tensorflow.binding;
    for (const capture of this.traced.captures) {
      if ('handle' in capture) api.deleteTensorHandle(capture.handle);
    }
    if (!disposed) api.removeFunction(context, this.traced.name, status.pointer);
    api.deleteFunction(this.traced.pointer);
    status.check(() => this.label);
  }
}
