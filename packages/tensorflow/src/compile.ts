import * as tf from '@tensorflow/tfjs';
import { performance } from 'node:perf_hooks';
import type { TensorFlowBackend } from './backend.js';
import { CompiledFunction } from './compiled-function.js';
import { TensorFlowError } from './errors.js';

export type NamedTensors = Record<string, tf.Tensor>;

export interface CompileOptions {
  /** For messages and profiles. */
  readonly name?: string;
  /** `bfloat16` lets TensorFlow compute convolutions and products in bfloat16; variables stay float32. */
  readonly precision?: 'float32' | 'bfloat16';
  /** Compile with XLA: for GPUs; on a CPU it is slower. */
  readonly jit?: boolean;
  /** Told when the function is traced for the sixth signature and after: each costs time and memory. */
  readonly onManyTraces?: (message: string) => void;
}

export interface CompileStatistics {
  /** Signatures traced. */
  readonly traces: number;
  /** Nodes of the last traced graph. */
  readonly ops: number;
  readonly traceMilliseconds: number;
  readonly runs: number;
  /** Time inside TensorFlow, of all runs. */
  readonly nativeMilliseconds: number;
  /** Time inside TensorFlow and around it, of all runs. */
  readonly totalMilliseconds: number;
}

const manyTraces = 5;

/**
 * A function of tensors as one TensorFlow function. Traced once for each signature (names, shapes and types of
 * the inputs), then run in one call. Variables are looked up afresh at every run, those that it assigns are
 * updated after it. It must be pure otherwise: reading a value inside is an error.
 */
export class Compiled {
  private readonly functions = new Map<string, CompiledFunction>();
  private queue: Promise<unknown> = Promise.resolve();
  private disposed = false;
  private traceMilliseconds = 0;
  private traces = 0;

  constructor(
    private readonly tensorflow: TensorFlowBackend,
    private readonly body: (inputs: NamedTensors) => NamedTensors,
    private readonly options: CompileOptions = {},
  ) {}

  private get name(): string {
    return this.options.name ?? (this.body.name || 'function');
  }

  private functionFor(inputs: NamedTensors): CompiledFunction {
    if (this.disposed) {
      throw new TensorFlowError(
        'COMPILED_DISPOSED',
        `${this.name}: expected a live compiled function, got one that was disposed`,
      );
    }
    const signature = Object.entries(inputs)
      .map(([name, tensor]) => {
        if (tensor.isDisposed)
          throw new TensorFlowError(
            'TENSOR_DISPOSED',
            `${this.name}: expected a live tensor for ${name}, got a disposed one`,
          );
        return `${name}:${tensor.dtype}[${tensor.shape.join(',')}]`;
      })
      .sort()
      .join(';');
    let compiled = this.functions.get(signature);
    if (!compiled) {
      const start = performance.now();
      compiled = CompiledFunction.trace(this.tensorflow, this.name, this.body, inputs, this.options);
      this.traceMilliseconds += performance.now() - start;
      this.functions.set(signature, compiled);
      if (++this.traces > manyTraces) {
        const message = `${this.name}: traced for the ${this.traces}th signature (${signature}); feed tensors of few shapes, and host numbers as tensors`;
        (this.options.onManyTraces ?? console.warn)(message);
      }
    }
    return compiled;
  }

  /** Runs on a worker thread, one run after the other; the caller owns the outputs and the inputs. */
  run(inputs: NamedTensors): Promise<NamedTensors> {
    const result = this.queue.then(() => this.functionFor(inputs).run(inputs));
    this.queue = result.catch(() => undefined);
    return result;
  }

  /** Runs on the calling thread. Inside another traced function it becomes part of that one. */
  runSync(inputs: NamedTensors): NamedTensors {
    if (this.tensorflow.binding.trace) return this.body(inputs);
    return this.functionFor(inputs).runSync(inputs);
  }

  get statistics(): CompileStatistics {
    const functions = [...this.functions.values()];
    const sum = (read: (one: CompiledFunction) => number): number =>
      functions.reduce((total, one) => total + read(one), 0);
    return {
      traces: this.traces,
      ops: functions.at(-1)?.opCount ?? 0,
      traceMilliseconds: this.traceMilliseconds,
      runs: sum((one) => one.runs),
      nativeMilliseconds: sum((one) => one.nativeMilliseconds),
      totalMilliseconds: sum((one) => one.totalMilliseconds),
    };
  }

  /** Frees the functions; a run that is under way ends first. */
  dispose(): void {
    this.disposed = true;
    const free = (): void => {
      for (const compiled of this.functions.values()) compiled.dispose();
      this.functions.clear();
    };
    void this.queue.then(free, free);
  }
}

/** See {@link Compiled}. */
export function compile(
  tensorflow: TensorFlowBackend,
  body: (inputs: NamedTensors) => NamedTensors,
  options: CompileOptions = {},
): Compiled {
  return new Compiled(tensorflow, body, options);
}
