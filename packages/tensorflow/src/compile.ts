import * as tf from '@tensorflow/tfjs';
import { performance } from 'node:perf_hooks';
import type { TensorFlowBackend } from './tensorflow-backend.js';
import type { CompileOptions, CompileStatistics, NamedTensors } from './compile-options.js';
import { CompiledFunction } from './compiled-function.js';
import { TensorFlowError } from './errors.js';
import { traceFunction } from './traced-function.js';

const manyTraces = 5;

/**
 * A function of tensors as one TensorFlow function. Traced once for each signature (names, shapes and types of the
 * inputs), then run in one call. Variables are looked up afresh at every run; those that the function assigns are
 * updated after it. Other tensors that it meets keep the value they had when it was traced: numbers that change come
 * in as inputs, and so do random ones, for tfjs draws them on the host (`tf.randomNormal` inside gives the same
 * values at every run). Reading a value inside is an error.
 */
export class Compiled {
  private readonly functions = new Map<string, CompiledFunction>();
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

  /**
   * Runs on a worker thread, after the runs that were started before, of this function or another. The inputs may be
   * disposed as soon as this returns; the outputs are the caller's.
   */
  run(inputs: NamedTensors): Promise<NamedTensors> {
    if (this.tensorflow.binding.trace) {
      throw new TensorFlowError(
        'ASYNC_RUN_IN_TRACE',
        `${this.name}: expected runSync inside a compiled function, got run`,
        { kind: 'failed' },
      );
    }
    const signature = this.signatureOf(inputs);
    const own = Object.fromEntries(
      Object.entries(inputs).map(([name, tensor]) => [name, tf.keep(tf.clone(tensor))]),
    );
    return this.tensorflow.runs.add(async () => {
      try {
        return await this.functionFor(signature, own).run(own);
      } finally {
        tf.dispose(own);
      }
    });
  }

  /** Runs on the calling thread. Inside another compiled function it becomes part of that one. */
  runSync(inputs: NamedTensors): NamedTensors {
    if (this.tensorflow.binding.trace) return this.body(inputs);
    const signature = this.signatureOf(inputs);
    if (this.tensorflow.runs.busy) {
      throw new TensorFlowError(
        'RUN_UNDER_WAY',
        `${this.name}: expected no run under way, got runSync during one; it would miss the variables' new values`,
        { kind: 'failed', hint: 'Await the promise of run first.' },
      );
    }
    return this.functionFor(signature, inputs).runSync(inputs);
  }

  private signatureOf(inputs: NamedTensors): string {
    this.tensorflow.binding.checkLive(this.name);
    if (this.disposed) {
      throw new TensorFlowError(
        'COMPILED_DISPOSED',
        `${this.name}: expected a live compiled function, got one that was disposed`,
        { kind: 'failed' },
      );
    }
    return Object.entries(inputs)
      .map(([name, tensor]) => {
        if (tensor.isDisposed) {
          throw new TensorFlowError(
            'TENSOR_DISPOSED',
            `${this.name}: expected a live tensor for ${name}, got a disposed one`,
            { kind: 'failed' },
          );
        }
        return `${name}: ${tensor.dtype} [${tensor.shape.join(', ')}]`;
      })
      .sort()
      .join('; ');
  }

  private functionFor(signature: string, inputs: NamedTensors): CompiledFunction {
    const known = this.functions.get(signature);
    if (known) return known;
    const start = performance.now();
    const traced = traceFunction(this.tensorflow, this.name, this.body, inputs, this.options.precision);
    const compiled = new CompiledFunction(this.tensorflow, this.name, traced, this.options);
    this.functions.set(signature, compiled);
    this.traceMilliseconds += performance.now() - start;
    this.traces++;
    if (this.traces === manyTraces + 1) {
      const { onManyTraces = console.warn } = this.options;
      onManyTraces(
        `${this.name}: traced for ${this.traces} signatures, the last one (${signature}); each costs time and memory: feed tensors of few shapes`,
      );
    }
    return compiled;
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

  /** Frees the functions; runs that were started end first. */
  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    const free = (): void => {
      for (const compiled of this.functions.values()) compiled.dispose();
      this.functions.clear();
    };
    if (this.tensorflow.runs.busy) this.tensorflow.runs.afterwards(free);
    else free();
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
