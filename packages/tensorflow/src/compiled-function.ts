import * as tf from '@tensorflow/tfjs';
import { performance } from 'node:perf_hooks';
import type { TensorFlowBackend } from './backend.js';
import type { Pointer } from './c-api.js';
import type { CompileOptions, NamedTensors } from './compile.js';
import { functionConfig } from './config-proto.js';
import { TensorFlowError } from './errors.js';
import { Status } from './status.js';
import { Trace } from './trace.js';

let functionCount = 0;

/**
 * The live variables of tfjs's engine and the ids of their tensors. Variables that share a tensor (after
 * `a.assign(b.clone())`) are given one each: they may part later, and the function must know which one it read.
 */
function variablesById({ backend, binding }: TensorFlowBackend): Map<number, tf.Variable> {
  const byId = new Map<number, tf.Variable>();
  for (const variable of Object.values(tf.engine().registeredVariables)) {
    if (!backend.tensorMap.has(variable.dataId)) continue;
    let id = backend.getInputTensorIds([variable])[0]!;
    if (byId.has(id)) {
      const type = { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.handle(id).dtype };
      const copy = backend.createOutputTensor(binding.executeOp('Identity', [type], [id], 1)[0]!);
      variable.assign(copy);
      copy.dispose();
      id = backend.getInputTensorIds([variable])[0]!;
    }
    byId.set(id, variable);
  }
  return byId;
}

/** One traced signature: a TF_Function, what goes in besides the inputs, and what comes out besides the outputs. */
export class CompiledFunction {
  runs = 0;
  nativeMilliseconds = 0;
  totalMilliseconds = 0;

  private constructor(
    private readonly tensorflow: TensorFlowBackend,
    private readonly label: string,
    private readonly functionName: string,
    private readonly nativeFunction: Pointer,
    readonly opCount: number,
    private readonly inputNames: readonly string[],
    private readonly read: readonly tf.Variable[],
    private readonly outputNames: readonly string[],
    private readonly updated: readonly tf.Variable[],
    private readonly config: Uint8Array,
    private readonly jit: boolean,
  ) {}

  /**
   * Runs `body` once on symbolic tensors. Variables are put back as they were, also when it throws.
   * @throws VALUE_READ_IN_TRACE, DYNAMIC_SHAPE, and whatever `body` throws
   */
  static trace(
    tensorflow: TensorFlowBackend,
    label: string,
    body: (inputs: NamedTensors) => NamedTensors,
    inputs: NamedTensors,
    { precision = 'float32', jit = false }: CompileOptions,
  ): CompiledFunction {
    const { binding, backend } = tensorflow;
    const { api } = binding;
    if (binding.trace) {
      throw new TensorFlowError(
        'NESTED_TRACE',
        `${label}: expected runSync inside another compiled function, got a new trace`,
      );
    }
    const variables = variablesById(tensorflow);
    // Assigning a variable frees its old value; a second reference keeps it for the way back.
    const originals = [...variables.values()].map((variable) => ({
      variable,
      dataId: variable.dataId,
      value: tf.keep(tf.clone(variable as tf.Tensor)),
    }));
    const inputNames = Object.keys(inputs).sort();
    const inputMetadata = inputNames.map((name) => {
      const { shape, dtype } = binding.handle(
        backend.getInputTensorIds([inputs[name]!])[0]!,
        `${label}: input ${name}`,
      );
      return { shape, dtype };
    });
    const trace = new Trace(binding, (id) => variables.has(id));
    const status = new Status(api);
    const known = new Set(Object.keys(tf.engine().registeredVariables));
    binding.trace = trace;
    try {
      const placeholders = inputMetadata.map(({ shape, dtype }) => trace.placeholder(shape, dtype));
      const traced = tf.tidy(() => {
        const symbolic = Object.fromEntries(
          inputNames.map((name, i) => [name, backend.createOutputTensor(placeholders[i]!)]),
        );
        const outputs = body(symbolic);
        const outputNames = Object.keys(outputs);
        const updated = originals
          .filter(({ variable, dataId }) => variable.dataId !== dataId)
          .map(({ variable }) => variable);
        const results = [...outputNames.map((name) => outputs[name]!), ...updated].map((tensor) =>
          trace.resultOf(backend.getInputTensorIds([tensor as tf.Tensor])[0]!, label),
        );
        return { outputNames, updated, results } as unknown as tf.TensorContainer;
      }) as unknown as {
        outputNames: string[];
        updated: tf.Variable[];
        results: ReturnType<Trace['resultOf']>[];
      };
      const created = Object.keys(tf.engine().registeredVariables).filter((name) => !known.has(name));
      if (created.length > 0) {
        for (const name of created) tf.engine().registeredVariables[name]!.dispose();
        throw new TensorFlowError(
          'VARIABLE_MADE_IN_TRACE',
          `${label}: expected variables made before the compiled function, got a new one inside (${created.join(', ')})`,
          {
            hint: 'Create variables once, outside, and assign them inside.',
          },
        );
      }
      const functionName = `${label.replace(/[^A-Za-z0-9_]/g, '_')}_${functionCount++}`;
      const functionInputs = [
        ...placeholders.map(({ output }) => output),
        ...trace.captures.map(({ output }) => output),
      ];
      const nativeFunction = api.graphToFunction(
        trace.graph,
        functionName,
        0,
        -1,
        null,
        functionInputs.length,
        functionInputs,
        traced.results.length,
        traced.results,
        null,
        null,
        null,
        status.pointer,
      );
      status.check(() => label);
      api.addFunction(binding.context, nativeFunction, status.pointer);
      status.check(() => label);
      return new CompiledFunction(
        tensorflow,
        label,
        functionName,
        nativeFunction,
        trace.opCount,
        inputNames,
        trace.captures.map(({ eagerId }) => variables.get(eagerId)!),
        traced.outputNames,
        traced.updated,
        functionConfig(precision),
        jit,
      );
    } finally {
      binding.trace = null;
      for (const { variable, dataId, value } of originals) {
        if (variable.dataId !== dataId) variable.assign(value);
        value.dispose();
      }
      trace.dispose();
      status.dispose();
    }
  }

  private prepare(inputs: NamedTensors, status: Status): Pointer {
    const { binding, backend } = this.tensorflow;
    const { api } = binding;
    const op = api.newOp(binding.context, this.functionName, status.pointer);
    status.check(() => this.label);
    const tensors: tf.TensorInfo[] = [...this.inputNames.map((name) => inputs[name]!), ...this.read];
    for (const variable of this.read) {
      if (variable.isDisposed) {
        api.deleteOp(op);
        throw new TensorFlowError(
          'VARIABLE_DISPOSED',
          `${this.label}: expected variable ${variable.name} to be live, got a disposed one`,
        );
      }
    }
    for (const id of backend.getInputTensorIds(tensors))
      api.opAddInput(op, binding.handle(id, this.label).pointer, status.pointer);
    api.opSetString(op, 'config_proto', this.config, this.config.length);
    if (this.jit) api.opSetBool(op, '_XlaMustCompile', 1);
    status.check(() => this.label);
    return op;
  }

  private finish(results: Pointer[], status: Status): NamedTensors {
    status.check(() => this.label);
    const { binding, backend } = this.tensorflow;
    const tensors = results.map((pointer) => backend.createOutputTensor(binding.adopt(pointer)));
    this.updated.forEach((variable, i) => {
      const value = tensors[this.outputNames.length + i]!;
      variable.assign(value);
      value.dispose();
    });
    return Object.fromEntries(this.outputNames.map((name, i) => [name, tensors[i]!]));
  }

  runSync(inputs: NamedTensors): NamedTensors {
    const { api, status } = this.tensorflow.binding;
    const start = performance.now();
    const op = this.prepare(inputs, status);
    const results = new Array<Pointer>(this.outputNames.length + this.updated.length).fill(null);
    const before = performance.now();
    api.execute(op, results, [results.length], status.pointer);
    const after = performance.now();
    api.deleteOp(op);
    const outputs = this.finish(results, status);
    this.count(start, before, after);
    return outputs;
  }

  async run(inputs: NamedTensors): Promise<NamedTensors> {
    const { api } = this.tensorflow.binding;
    const status = new Status(api);
    const start = performance.now();
    try {
      const op = this.prepare(inputs, status);
      const results = new Array<Pointer>(this.outputNames.length + this.updated.length).fill(null);
      const before = performance.now();
      await new Promise<void>((resolve, reject) => {
        api.execute.async(op, results, [results.length], status.pointer, (error) =>
          error ? reject(error) : resolve(),
        );
      });
      const after = performance.now();
      api.deleteOp(op);
      const outputs = this.finish(results, status);
      this.count(start, before, after);
      return outputs;
    } finally {
      status.dispose();
    }
  }

  private count(start: number, before: number, after: number): void {
    this.runs++;
    this.nativeMilliseconds += after - before;
    this.totalMilliseconds += performance.now() - start;
  }

  dispose(): void {
    const { api, context, status } = this.tensorflow.binding;
    api.removeFunction(context, this.functionName, status.pointer);
    status.check(() => this.label);
    api.deleteFunction(this.nativeFunction);
  }
}
